"""The catalogue: issuers, products, plans, price books. Read by everything above, written by `load_catalogue` alone."""
