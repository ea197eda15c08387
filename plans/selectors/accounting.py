"""The chart of accounts, read from its file once for each process."""

from functools import cache
from pathlib import Path

from plans.rules.accounting import Chart
from plans.rules.yaml_source import read_yaml

CHART = Path(__file__).resolve().parents[1] / "accounting" / "chart.yaml"


@cache
def chart() -> Chart:
    """As `plans/accounting/chart.yaml` has it."""
    return Chart.model_validate(read_yaml(CHART.read_text(encoding="utf-8")).data)
