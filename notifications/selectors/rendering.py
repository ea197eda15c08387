"""From a letter to what each channel carries. Text and HTML of an e-mail are laid out from the same letter."""

from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from notifications.rules.audience import EMAIL, IN_APP, SMS
from notifications.rules.lengths import SMS_CHARACTERS, WHATSAPP_CHARACTERS, fit
from notifications.rules.links import SETTINGS
from notifications.rules.recipients import Recipient
from notifications.selectors.facts import Account, Facts
from notifications.selectors.letters import write_letter
from notifications.selectors.letters.letter import Letter


@dataclass(frozen=True, slots=True)
class Rendered:
    """What is stored and sent."""

    subject: str
    text: str
    html: str
    link: str


def render_message(letter_name: str, facts: Facts, recipient: Recipient) -> Rendered:
    """The letter in the recipient's language, laid out for the recipient's channel."""
    with translation.override(recipient.language):
        letter = write_letter(letter_name, facts)
        link = absolute(letter.outside or letter.path, facts.account)
        if recipient.channel == EMAIL:
            context = _surroundings(letter, facts.account, recipient, link)
            text = render_to_string("notifications/letter.txt", context)
            return Rendered(letter.subject, text, render_to_string("notifications/letter.html", context), link)
        if recipient.channel == IN_APP:
            # In the app the button stays on the tenant's host, whatever its port or scheme.
            return Rendered(letter.subject, "\n\n".join([letter.lead, *letter.paragraphs]), "", letter.path)
        return Rendered(letter.subject, _short(letter, facts.account, recipient, link), "", link)


def _short(letter: Letter, account: Account, recipient: Recipient, link: str) -> str:
    """SMS: the answer and the link. WhatsApp: everything that fits into a template's body."""
    if recipient.channel == SMS:
        return fit([f"{account.product}: {letter.lead}"], SMS_CHARACTERS, last=link)
    rows = "\n".join(f"{label}: {value}" for label, value in letter.rows)
    return fit(
        [item for item in (f"*{letter.subject}*", letter.lead, *letter.paragraphs, rows) if item],
        WHATSAPP_CHARACTERS,
        last=f"{letter.button}: {link}",
    )


def _surroundings(letter: Letter, account: Account, recipient: Recipient, link: str) -> dict[str, Any]:
    issuer = account.issuer
    return {
        "letter": letter,
        "link": link,
        "language": recipient.language,
        "greeting": _("Halo %(name)s,") % {"name": recipient.name} if recipient.name else _("Halo,"),
        "sender": account.product,
        "company": issuer.legal_name if issuer else "",
        "address": issuer.address if issuer else "",
        "why": _("Email ini dikirim kepada %(address)s karena Anda mengurus langganan %(tenant)s.")
        % {"address": recipient.address, "tenant": account.tenant},
        "reply": _("Ada pertanyaan? Balas saja email ini."),
        "settings_label": _("Atur pesan yang Anda terima"),
        # The contact and the invited have no login, hence nothing to set.
        "settings_link": absolute(SETTINGS, account) if recipient.user_id is not None else "",
    }


def absolute(path: str, account: Account) -> str:
    """A path on the tenant's host as a whole address; a whole address as it is."""
    return path if path.startswith(("http://", "https://")) else f"{account.base_url}{path}"
