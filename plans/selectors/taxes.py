"""The tax table, read from its file once for each process."""

from functools import cache
from pathlib import Path

from plans.rules.taxes import TaxTable
from plans.rules.yaml_source import read_yaml

TAXES = Path(__file__).resolve().parents[1] / "taxes"


@cache
def tax_table() -> TaxTable:
    """Value added tax as `plans/taxes/ppn.yaml` has it."""
    source = read_yaml((TAXES / "ppn.yaml").read_text(encoding="utf-8"))
    return TaxTable.model_validate(source.data)
