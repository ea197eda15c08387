"""A table as a file to download, and the choice of files."""

from collections.abc import Iterable, Sequence

from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from billing.documents.sheets import Cell, csv_lines, xlsx_file

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = ("csv", "xlsx")


def sheet(name: str, kind: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponseBase:
    """CSV line by line ("csv" with commas, "csv-id" with semicolons), or one workbook; `name` without its ending."""
    if kind == "xlsx":
        return FileResponse(xlsx_file(columns, rows), as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
    lines = csv_lines(columns, rows, ";" if kind == "csv-id" else ",")
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
