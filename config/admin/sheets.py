"""Files of the admin's lists: as everywhere (`billing.views.sheets`)."""

from billing.views.sheets import KINDS, XLSX, sheet

__all__ = ["KINDS", "XLSX", "sheet"]
