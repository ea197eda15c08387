"""What follows from not paying; promises to pay, and pausing."""
