"""A local stand-in for Midtrans: the same HTTP, its own tables, and a page where a person plays the payer.

It shares nothing with the product but HTTP and the pure values beside it: the production client talks to it unchanged.
"""
