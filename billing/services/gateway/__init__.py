"""What is said to the gateway and heard from it: attempts to pay, auto-debit, notices."""
