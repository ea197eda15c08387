"""A subscription's life: begun, billed, changed, counted, renewed, ended."""
