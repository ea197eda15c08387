"""Files of the admin's lists: as everywhere (`reports.views.sheets`)."""

from reports.views.sheets import KINDS, XLSX, sheet

__all__ = ["KINDS", "XLSX", "sheet"]
