"""What a member agrees to: signed into the page that showed it, read back when it is confirmed."""

from django.core import signing

from tenants.models import Tenant
from tenants.permissions import MemberRequest

PREVIEW_SECONDS = 24 * 60 * 60


def sign_agreed(subject: str, tenant: Tenant, agreed: dict[str, str]) -> str:
    """A token of what was shown; `subject` names the page, so that one is never taken for another's."""
    return signing.dumps({"tenant": str(tenant.pk), **agreed}, salt=subject, compress=True)


def read_agreed(subject: str, request: MemberRequest) -> dict[str, str] | None:
    """What the token in the form says; None for one that is forged, too old, or of another tenant."""
    try:
        agreed: dict[str, str] = signing.loads(request.POST.get("token", ""), salt=subject, max_age=PREVIEW_SECONDS)
    except signing.BadSignature:
        return None
    return agreed if agreed["tenant"] == str(request.tenant.pk) else None
