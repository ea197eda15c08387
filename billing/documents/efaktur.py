"""Whether a file of tax invoices is what Coretax takes: checked against the schema beside this module."""

from functools import cache
from pathlib import Path

import xmlschema

SCHEMA = Path(__file__).resolve().parent / "efaktur_schema" / "TaxInvoice.xsd"
MOST_FAULTS = 10


@cache
def _schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(SCHEMA)


def faults_of(xml: str) -> list[str]:
    """What is wrong with a file, at most ten things, each with its path; empty if nothing is."""
    found = []
    for error in _schema().iter_errors(xml):
        found.append(f"{error.path}: {error.reason}")
        if len(found) == MOST_FAULTS:
            break
    return found
