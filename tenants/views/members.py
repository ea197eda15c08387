"""Members of a tenant: who, as what; inviting, changing, letting go, and accepting an invitation."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenants.context import local_today
from tenants.errors import DomainError, NotFound
from tenants.forms.people import AcceptForm, InviteForm, RoleForm
from tenants.forms.refusals import put_error
from tenants.middleware import SESSION_TENANT
from tenants.models import Invitation, Membership, Tenant, User
from tenants.permissions import MemberRequest, member_may, permitted
from tenants.services import members

BACKEND = "django.contrib.auth.backends.ModelBackend"


@require_safe
@permitted("members.view")
def list_members(request: MemberRequest) -> HttpResponse:
    """Everybody who belongs here, and open invitations."""
    return _show_list(request, InviteForm())


@require_POST
@permitted("members.manage")
def invite(request: MemberRequest) -> HttpResponse:
    """Invite an address; the letter goes out in the background."""
    now, form = timezone.now(), InviteForm(request.POST)
    if form.is_valid():
        try:
            made = members.invite_member(
                tenant=request.tenant,
                email=form.cleaned_data["email"],
                role=form.cleaned_data["role"],
                user=request.user,
                now=now,
                today=local_today(request.tenant, now),
            )
        except DomainError as error:
            put_error(form, error)
        else:
            messages.success(request, _("Undangan untuk %(email)s dikirim. Berlaku 7 hari.") % {"email": made.email})
            return redirect("members")
    return _show_list(request, form, status=422)


@require_POST
@permitted("members.manage")
def revoke_invitation(request: MemberRequest, invitation_id: UUID) -> HttpResponse:
    """Take an open invitation back."""
    now = timezone.now()
    try:
        members.revoke_invitation(
            tenant=request.tenant, invitation_id=str(invitation_id), now=now, today=local_today(request.tenant, now)
        )
    except NotFound as error:
        raise Http404(error.message) from error
    messages.success(request, _("Undangan dibatalkan; tautannya tidak berlaku lagi."))
    return redirect("members")


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("members.manage")
def edit_member(request: MemberRequest, membership_id: UUID) -> HttpResponse:
    """Another role, or leaving: shown with what it does before it is done."""
    member = _member(request.tenant, membership_id)
    form = RoleForm(request.POST if request.method == "POST" else None, initial={"role": member.role})
    if request.method == "POST" and form.is_valid():
        today = local_today(request.tenant, timezone.now())
        try:
            members.change_role(
                tenant=request.tenant, membership_id=str(member.pk), role=form.cleaned_data["role"], today=today
            )
        except DomainError as error:
            form.add_error("role", error.message)
        else:
            messages.success(request, _("Peran %(name)s sudah diubah.") % {"name": member.user})
            return redirect("members")
    context = {"form": form, "member": member, "is_self": member.user_id == request.user.pk}
    return render(request, "people/member.html", context, status=422 if form.errors else 200)


@require_POST
@permitted("members.manage")
def remove_member(request: MemberRequest, membership_id: UUID) -> HttpResponse:
    """End a membership; who removes himself is led out."""
    member = _member(request.tenant, membership_id)
    today = local_today(request.tenant, timezone.now())
    try:
        members.remove_member(tenant=request.tenant, membership_id=str(member.pk), today=today)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("member", membership_id=member.pk)
    if member.user_id == request.user.pk:
        request.session.flush()
        return redirect("account_login")
    messages.success(request, _("%(name)s bukan anggota lagi.") % {"name": member.user})
    return redirect("members")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link in the letter: for a new login, an existing one, or somebody already logged in."""
    tenant: Tenant | None = getattr(request, "tenant", None)
    if tenant is None:
        raise Http404
    now = timezone.now()
    try:
        invitation = members.find_invitation(tenant=tenant, token=token, now=now)
    except NotFound as error:
        return render(request, "people/invitation_gone.html", {"reason": error.message}, status=404)
    user = request.user if request.user.is_authenticated else None
    known = User.objects.filter(email__iexact=invitation.email).exists()
    form = AcceptForm(request.POST if request.method == "POST" else None, email=invitation.email)
    if request.method == "POST" and (user is not None or form.is_valid()):
        new_login = _new_login(form) if user is None else None
        try:
            joined = members.accept_invitation(
                tenant=tenant, token=token, user=user, new_login=new_login, now=now, today=local_today(tenant, now)
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            return _welcome(request, joined, is_new=user is None)
    return _show_invitation(request, invitation, form, user, known=known)


def _welcome(request: HttpRequest, joined: Membership, *, is_new: bool) -> HttpResponse:
    if is_new:
        login(request, joined.user, backend=BACKEND)
        request.session[SESSION_TENANT] = str(joined.tenant_id)
    messages.success(request, _("Selamat datang di %(tenant)s.") % {"tenant": joined.tenant.name})
    return redirect("/")


def _new_login(form: AcceptForm) -> members.NewLogin:
    said = form.cleaned_data
    return members.NewLogin(said["name"], said["password"], (get_language() or "id")[:2])


def _show_invitation(
    request: HttpRequest, invitation: Invitation, form: AcceptForm, user: User | None, *, known: bool
) -> HttpResponse:
    context = {
        "invitation": invitation,
        "form": form,
        "known": known,
        "other": user is not None and user.email.lower() != invitation.email.lower(),
        "mine": user is not None and user.email.lower() == invitation.email.lower(),
    }
    return render(request, "people/invitation.html", context, status=422 if form.errors else 200)


def _show_list(request: MemberRequest, form: InviteForm, status: int = 200) -> HttpResponse:
    waiting = request.tenant.invitations.filter(accepted_at__isnull=True, revoked_at__isnull=True)
    context = {
        "members": request.tenant.memberships.select_related("user").order_by("created_at", "pk"),
        "invitations": waiting.order_by("-created_at", "-pk"),
        "now": timezone.now(),
        "may_manage": member_may(request.membership, "members.manage"),
        "form": form,
    }
    return render(request, "people/members.html", context, status=status)


def _member(tenant: Tenant, membership_id: UUID) -> Membership:
    found = tenant.memberships.select_related("user").filter(pk=membership_id).first()
    if found is None:
        raise Http404(str(membership_id))
    return found
