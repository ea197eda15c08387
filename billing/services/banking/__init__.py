"""The bank: announced transfers, its statements line by line, and the gateway's payouts among them."""
