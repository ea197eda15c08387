"""What a letter consists of; every channel shows the same."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Letter:
    """A subject, the answer first (`lead`), what else matters, figures, and one button.

    `path` is a path on the tenant's host, or a whole address; `outside`, where given, is the path for those who read it
    outside the app and may have no login at hand.
    """

    subject: str
    lead: str
    button: str
    path: str
    paragraphs: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    outside: str = ""
