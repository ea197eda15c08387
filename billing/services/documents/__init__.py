"""Papers with numbers: issued, voided, printed, receipted, and what the tax office is told of them."""
