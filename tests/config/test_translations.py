"""Indonesian first, English beside it: nothing left untranslated, and what is compiled is what was written."""

import gettext
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from backoffice import menu as operator_menu

BASE = Path(settings.BASE_DIR)
CATALOGUES = sorted([*BASE.glob("locale/*/LC_MESSAGES/django.po"), *BASE.glob("*/locale/*/LC_MESSAGES/django.po")])


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
