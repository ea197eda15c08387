"""Dashboards for those who steer: sales every week, management every month, the board every quarter (C13, C18).

A dashboard is a list of figures by name (`catalogue.py`); what a figure means and how it is read stands once (`figures.py`).
"""
