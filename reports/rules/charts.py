"""Charts of the operator's figures: drawn as those of a customer's (`billing.rules.charts`)."""

from billing.rules.charts import GAP, HEIGHT, WIDTH, Chart, Column, columns, months_columns, places, stacked

__all__ = ["GAP", "HEIGHT", "WIDTH", "Chart", "Column", "columns", "months_columns", "places", "stacked"]
