"""Channels that reach nobody: the demo's messages are read on its page of messages."""

from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage as ParsedMail
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from notifications.channels.base import Outgoing
from notifications.channels.email import MESSAGE_HEADER

KEPT = 50


class LocalChannel:
    """Takes WhatsApp and SMS and leaves them where they are: in the tenant's messages."""

    def send(self, message: Outgoing) -> str:
        """Always succeeds."""
        return f"local-{message.id}"


class LocalEmailBackend(BaseEmailBackend):
    """Django's mail in the demo. Our messages are rows already; other mail (a new password) is kept as a file."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep what is not a row and count all as sent."""
        for mail in email_messages:
            if MESSAGE_HEADER not in mail.extra_headers:
                keep(mail.message().as_bytes(), str(mail.message()["Message-ID"]))
        return len(email_messages)


def folder() -> Path:
    """Where the files lie: beside uploads, never served as such."""
    return Path(settings.MEDIA_ROOT) / "mail"


def keep(content: bytes, name: str) -> None:
    """Write one mail; only the newest are kept."""
    folder().mkdir(parents=True, exist_ok=True)
    safe = "".join(letter for letter in name if letter.isalnum())[:80]
    (folder() / f"{safe}.eml").write_bytes(content)
    for old in newest_files()[KEPT:]:
        old.unlink(missing_ok=True)


def newest_files() -> list[Path]:
    """The files, newest first."""
    found = folder().glob("*.eml") if folder().is_dir() else []
    return sorted(found, key=lambda path: path.stat().st_mtime_ns, reverse=True)


def kept_mail() -> list[tuple[str, ParsedMail]]:
    """Other mail than messages, newest first, each with its file's name."""
    return [(path.stem, read(path)) for path in newest_files()]


def read(path: Path) -> ParsedMail:
    """One kept mail, parsed."""
    parsed = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(parsed, ParsedMail)  # noqa: S101  # the default policy makes these
    return parsed
