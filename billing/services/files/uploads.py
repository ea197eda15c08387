"""Files that are read as they come: not empty, not too large, and what the sender called them."""

from pathlib import PurePath

from django.conf import settings
from django.core.files.base import File
from django.utils.translation import gettext as _

from tenants.errors import DomainError

LONGEST_NAME = 120


def read_upload(file: "File[bytes]", refused: type[DomainError], code: str) -> bytes:
    """The bytes of a bank's or a gateway's file; `refused` on field "file" with `<code>_empty` or `<code>_too_large`."""
    if not file.size:
        raise refused(_("Berkas ini kosong."), field="file", code=f"{code}_empty")
    if file.size > settings.STATEMENT_MAX_BYTES:
        raise refused(too_large(settings.STATEMENT_MAX_BYTES), field="file", code=f"{code}_too_large")
    file.seek(0)
    return bytes(file.read())


def too_large(most: int) -> str:
    """That a file has more bytes than it may."""
    return _("Berkas terlalu besar. Paling besar %(size)s MB.") % {"size": most // (1024 * 1024)}


def plain_name(name: str | None) -> str:
    """The sender's name for it, for display alone: no folders, nothing unprintable."""
    last = PurePath((name or "").replace("\\", "/")).name
    return "".join(letter for letter in last if letter.isprintable())[:LONGEST_NAME]
