"""The rules of the health score, read from their file once for each process."""

from functools import cache
from pathlib import Path

from plans.rules.yaml_source import read_yaml
from reports.rules.health_table import HealthTable

TABLE = Path(__file__).resolve().parents[1] / "health" / "score.yaml"


@cache
def health_table() -> HealthTable:
    """As `reports/health/score.yaml` has it."""
    return HealthTable.model_validate(read_yaml(TABLE.read_text(encoding="utf-8")).data)
