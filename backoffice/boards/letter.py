"""A digest as it is read: the figures of a dashboard as text and as HTML, each with the page behind it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.template.loader import render_to_string
from django.urls import get_urlconf, reverse, set_urlconf
from django.utils.translation import override

from backoffice.boards.catalogue import BOARDS, Board
from backoffice.boards.form import spelled
from backoffice.boards.shown import Filled, filled, readings_of
from reports.rules.lookbacks import Cadence, Lookback
from reports.selectors.revenue import Scope
from tenants.models import User
from tenants.selectors.addresses import public_address

SALT = "langganan.digest"


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent, and the page where its reader can stop it."""

    subject: str
    text: str
    html: str
    stop_at: str


@dataclass(frozen=True, slots=True)
class Told:
    """A period's figures, read once for all readers; `missing` customers had news that were not drawn yet."""

    board: Board
    period: Lookback
    figures: list[Filled]
    link: dict[str, str]
    missing: int


@contextmanager
def public_addresses() -> Iterator[None]:
    """A job stands on no host: without this the addresses are those of a tenant's host, which has no admin."""
    before = get_urlconf()
    set_urlconf(settings.PUBLIC_SCHEMA_URLCONF)
    try:
        yield
    finally:
        set_urlconf(before)


def told(period: Lookback, today: date, missing: int = 0) -> Told:
    """Of all customers; test tenants only in a demo, which has no others."""
    board, tests = BOARDS[period.cadence], {"tests": "on"} if settings.DEMO else {}
    scope = Scope(period.first, period.last, tests=settings.DEMO)
    days = {"first": str(period.first), "last": str(period.last), **tests}
    with public_addresses():
        figures = filled(board, readings_of(board, period, scope, today), days)
    return Told(board, period, figures, {"period": str(period.first), **tests}, missing)


def write_letter(found: Told, reader: User) -> Letter:
    """In the reader's language."""
    with override(reader.language or "id"), public_addresses():
        context = _context(found, reader)
        return Letter(
            f"{context['title']}: {context['period']}",
            render_to_string("operator/digest.txt", context),
            render_to_string("operator/digest.html", context),
            context["stop_at"],
        )


def _context(found: Told, reader: User) -> dict[str, Any]:
    token = signing.dumps([reader.pk, found.period.cadence.value], salt=SALT)
    return {
        "language": reader.language or "id",
        "name": str(reader),
        "title": str(found.board.title),
        "period": spelled(found.period),
        "before": spelled(found.period.moved(-1)),
        "rows": [(item, public_address(item.url)) for item in found.figures],
        "missing": found.missing,
        "link": public_address(f"{reverse(found.board.address)}?{urlencode(found.link)}"),
        "wishes": public_address(reverse("operator_digests")),
        "stop_at": public_address(reverse("stop_digest", kwargs={"token": token})),
    }


def read_token(token: str) -> tuple[int, Cadence] | None:
    """Whose digest of which kind; None where it is not of our making."""
    try:
        user_id, kind = signing.loads(token, salt=SALT)
        return int(user_id), Cadence(kind)
    except (signing.BadSignature, ValueError, TypeError):
        return None
