"""The holiday calendar, read from its file once for each process."""

from functools import cache
from pathlib import Path

from plans.rules.catalogue import PaymentTerms
from plans.rules.holidays import NO_HOLIDAYS, HolidayCalendar
from plans.rules.yaml_source import read_yaml

HOLIDAYS = Path(__file__).resolve().parents[1] / "holidays" / "indonesia.yaml"


@cache
def holidays() -> HolidayCalendar:
    """As `plans/holidays/indonesia.yaml` has it."""
    return HolidayCalendar.model_validate(read_yaml(HOLIDAYS.read_text(encoding="utf-8")).data)


def holidays_of(terms: PaymentTerms) -> HolidayCalendar:
    """The days that these payment terms keep quiet; none unless they say so."""
    return holidays() if terms.pause_on_holidays else NO_HOLIDAYS
