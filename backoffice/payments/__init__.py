"""Transfers, refunds and slips of tax withheld: the queues and the decisions."""
