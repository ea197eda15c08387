"""What the banks say of the operator's accounts: statements, their lines, and what became of each."""
