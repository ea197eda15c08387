"""The tenant's books: what is posted, what is settled, what is earned, and whether it all agrees."""
