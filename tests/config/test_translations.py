"""Indonesian first, English beside it: nothing left untranslated, and what is compiled is what was written."""

import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from backoffice import menu as operator_menu

BASE = Path(settings.BASE_DIR)
CATALOGUES = sorted([*BASE.glob("locale/*/LC_MESSAGES/django.po"), *BASE.glob("*/locale/*/LC_MESSAGES/django.po")])

CODE = ("backoffice", "billing", "config", "notifications", "partners", "plans", "reports", "tenants", "trials")
IN_TEMPLATES = re.compile(
    r"""{%\s*translate\s+(?:"(?P<text>[^"]+)"|'(?P<quoted>[^']+)')(?:\s+context\s+["'](?P<context>[^"']+)["'])?"""
)
IN_CODE = re.compile(
    r"""(?<![\w.])(?:gettext|gettext_lazy|_|pgettext(?:_lazy)?\(\s*"(?P<context>[^"]+)",)\(?\s*"(?P<text>[^"\\\n]+)"(?P<quoted>)\s*\)"""
)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: str(path.relative_to(BASE)))
def test_every_text_is_translated_and_compiled(path: Path) -> None:
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parts[-3])
    with path.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in catalogue:
        if not message.id:
            continue
        wanted = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(wanted), f"untranslated: {message.id}"
        assert not message.fuzzy, f"fuzzy: {message.id}"
        single = message.id if isinstance(message.id, str) else message.id[0]
        if isinstance(message.id, str):
            found = compiled.pgettext(message.context, single) if message.context else compiled.gettext(single)
            assert found == message.string, f"compile the catalogue: {single}"


def marked() -> Iterator[tuple[str, str]]:
    """(context, text) of what templates and code mark on one line; longer texts and plurals are not looked for."""
    files = [(path, IN_TEMPLATES) for path in (BASE / "templates").rglob("*.html")]
    files += [(path, IN_CODE) for app in CODE for path in (BASE / app).rglob("*.py")]
    for path, pattern in files:
        for found in pattern.finditer(path.read_text(encoding="utf-8")):
            text = found["text"] or found["quoted"]
            yield found["context"] or "", text.replace("%", "%%") if pattern is IN_TEMPLATES else text


def test_what_is_marked_is_in_the_catalogue_with_its_context() -> None:
    """A context that got lost in a merge of catalogues left its button Indonesian on English pages."""
    known: set[tuple[str, str]] = set()
    for path in CATALOGUES:
        if path.parts[-3] == "en":
            with path.open("rb") as file:
                known |= {(item.context or "", _single(item.id)) for item in read_po(file)}
    texts = set(marked())
    assert len(texts) > 3000, "the patterns find what is marked"
    assert {text for text in texts if text not in known} == set()


def _single(text: str | tuple[str, ...] | list[str]) -> str:
    return text if isinstance(text, str) else text[0]


def test_english_is_spoken_where_it_is_asked_for() -> None:
    with override("en"):
        assert _("Bayar") == "Pay"


def test_the_operator_s_menu_speaks_english() -> None:
    """Its words are looked up when it is drawn, so that nothing collects them."""
    said = [*(entry[0] for entry in operator_menu.WORK), *(title for title, _entries in operator_menu.NOUNS)]
    said += [entry[0] for _title, entries in operator_menu.NOUNS for entry in entries]
    assert len(said) == len(set(said))
    with override("en"):
        assert [title for title in said if _(title) == title] == ["Tenant", "Bank", "Gateway", "e-Faktur"]
