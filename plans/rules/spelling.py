"""Days as people write them, in both languages."""

from datetime import date, timedelta

from plans.rules.periods import Period

MONTHS = {
    "id": (
        *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
        *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}


def spell_month(day: date, language: str) -> str:
    """2025-03-01 → "Maret 2025"."""
    return f"{MONTHS[language][day.month - 1]} {day.year}"


def spell_day(day: date, language: str) -> str:
    """2025-03-01 → "1 Maret 2025"."""
    return f"{day.day} {spell_month(day, language)}"


def spell_period(period: Period, language: str) -> str:
    """The days a person counts, the last one included: "1 Maret 2025 – 28 Februari 2026"."""
    return f"{spell_day(period.start, language)} – {spell_day(period.end - timedelta(days=1), language)}"
