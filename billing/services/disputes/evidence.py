"""Evidence that staff keep with a dispute: files with a note of what they show."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from billing.errors import DisputeClosed, ProofRefused
from billing.gateways.statements.models import Dispute, DisputeFile, DisputeState
from billing.services.files.proofs import EVIDENCE, StoredProof, forget_proof, store_evidence
from tenants.models import User
from tenants.services.steering import check_reason

MOST_AT_ONCE = 10


def add_evidence(
    *, dispute: Dispute, files: "Sequence[File[bytes]]", note: str, staff: User, now: datetime
) -> list[DisputeFile]:
    """Keep files with an undecided dispute, all of them or none; returns those that are new.

    A file that the dispute has already, by its content, is not kept twice, so repeating changes nothing. DisputeClosed once it
    is decided; ProofRefused names the field `papers` and says which file.
    """
    said = check_reason(note)
    if not 0 < len(files) <= MOST_AT_ONCE:
        words = _("Pilih satu sampai %(most)d berkas.") % {"most": MOST_AT_ONCE}
        raise ProofRefused(words, field=EVIDENCE, code="files_count")
    stored: list[StoredProof] = []
    try:
        with transaction.atomic():
            current = Dispute.objects.select_for_update(of=("self",)).get(pk=dispute.pk)
            _require_open(current)
            return [
                _keep(current, said, staff, now, proof, digest) for proof, digest in _store_new(current, files, stored)
            ]
    except Exception:
        for proof in stored:
            forget_proof(proof.path)
        raise


def _store_new(
    dispute: Dispute, files: "Sequence[File[bytes]]", stored: list[StoredProof]
) -> list[tuple[StoredProof, str]]:
    """Store what is not there yet; `stored` is told of each, so that a failure forgets them all."""
    known = set(dispute.files.values_list("sha256", flat=True))
    made: list[tuple[StoredProof, str]] = []
    for file in files:
        digest = _digest(file)
        if digest not in known:
            known.add(digest)
            stored.append(_stored(file))
            made.append((stored[-1], digest))
    return made


def _stored(file: "File[bytes]") -> StoredProof:
    try:
        return store_evidence(file)
    except ProofRefused as error:
        raise ProofRefused(f"{file.name}: {error.message}", field=error.field, code=error.code) from error


def _digest(file: "File[bytes]") -> str:
    found = hashlib.sha256()
    for chunk in file.chunks():
        found.update(chunk)
    return found.hexdigest()


def _keep(dispute: Dispute, note: str, staff: User, now: datetime, proof: StoredProof, digest: str) -> DisputeFile:
    return DisputeFile.objects.create(
        dispute=dispute,
        file=proof.path,
        content_type=proof.content_type,
        name=proof.name,
        sha256=digest,
        note=note[:300],
        added_by=staff,
        added_at=now,
    )


def _require_open(dispute: Dispute) -> None:
    if dispute.state != DisputeState.OPEN:
        raise DisputeClosed(_("Sengketa ini sudah diputuskan: %(state)s.") % {"state": dispute.get_state_display()})
