"""A caller's own id of what it asks for: the same one is done once, and never stands for something else."""

from django.utils.translation import gettext as _

from tenants.errors import Conflict


def refuse_other(*, asked: object, done: object) -> None:
    """409 `external_id_reused` where what was done under an id is not what is asked for now."""
    if asked != done:
        said = _("external_id ini sudah dipakai untuk permintaan lain. Pakai id baru.")
        raise Conflict(said, field="external_id", code="external_id_reused")
