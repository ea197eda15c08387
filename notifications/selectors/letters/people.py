"""Letters about members."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from notifications.rules.links import OVERVIEW
from notifications.selectors.facts import Facts
from notifications.selectors.letters import words
from notifications.selectors.letters.letter import Letter


def invitation(facts: Facts) -> Letter:
    """An offer of membership; the event brings `link`, `role`, `inviter` and `expires`."""
    roles: Mapping[str, str] = {"owner": _("pemilik"), "finance": _("keuangan"), "viewer": _("pembaca")}
    values = {
        "tenant": facts.account.tenant,
        "product": facts.account.product,
        "role": roles.get(facts.text("role"), facts.text("role")),
        "inviter": facts.text("inviter") or facts.account.tenant,
        "expires": words.day(facts.day("expires")),
    }
    return Letter(
        subject=_("Undangan ke %(tenant)s di %(product)s") % values,
        lead=_("%(inviter)s mengundang Anda sebagai %(role)s %(tenant)s di %(product)s.") % values,
        paragraphs=(_("Undangan ini berlaku sampai %(expires)s.") % values,) if facts.data.get("expires") else (),
        button=_("Terima undangan"),
        path=facts.text("link") or OVERVIEW,
    )
