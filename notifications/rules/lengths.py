"""Texts that have to fit: a WhatsApp body has at most 1.024 characters, an SMS two parts of 153."""

from collections.abc import Sequence

WHATSAPP_CHARACTERS = 1024
SMS_CHARACTERS = 306


def fit(paragraphs: Sequence[str], limit: int, *, last: str = "") -> str:
    """As many whole paragraphs as fit, then `last` (the link), which is never cut; the first is shortened if need be.

    >>> fit(["Tagihan Rp 750.000.", "Jatuh tempo besok."], 24, last="x.id")
    'Tagihan Rp 750.000.\\n\\nx.id'
    """
    room = limit - (len(last) + 2 if last else 0)
    kept = [shorten(paragraphs[0], room)] if paragraphs else []
    for paragraph in paragraphs[1:]:
        if len("\n\n".join([*kept, paragraph])) > room:
            break
        kept.append(paragraph)
    return "\n\n".join([*kept, last] if last else kept)


def shorten(text: str, limit: int) -> str:
    """A text of at most `limit` characters, with an ellipsis where it was cut."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"
