"""The admin speaks English where it is asked for: its lists' names, columns, states and hints, which nothing else collects."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib import admin
from django.utils.translation import override

from backoffice.frame.base import age
from backoffice.money.cash import days_of

# The same word in both languages, or a code.
SAME = {"", "Tenant", "bank", "email", "mentor", "order", "order id", "sha256", "status", "tenant", "transfer"}
# Columns without words of their own: in English in both languages.
BARE = {"actor kind", "approved by", "created at", "decided by", "imported by", "paid by", "request id", "requested by"}


def words_of(model: Any, shown: "admin.ModelAdmin[Any]") -> Iterator[Any]:
    """All that a list and a page of a model say of themselves."""
    yield from (model._meta.app_config.verbose_name, model._meta.verbose_name, model._meta.verbose_name_plural)
    names = [str(name) for name in (*shown.list_display, *(shown.fields or ()))]
    for field in model._meta.fields:
        if field.name in names:
            yield from (field.verbose_name, field.help_text)
            yield from (label for _code, label in field.choices or ())
    for name in names:
        yield getattr(getattr(shown, name, None), "short_description", "")


def test_every_word_of_the_admin_s_lists_is_translated() -> None:
    found = set()
    for model, shown in admin.site._registry.items():
        for word in words_of(model, shown):
            with override("id"):
                said = str(word)
            with override("en"):
                found |= {said} if str(word) == said else set()
    assert found - SAME - BARE == set()


def test_several_days_are_days() -> None:
    now = datetime(2026, 1, 10, tzinfo=UTC)
    with override("en"):
        assert (age(now - timedelta(days=3), now), days_of(6), days_of(-1)) == ("3 days", "6 days", "-1 day")
