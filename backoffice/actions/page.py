"""The page of an action: form, preview by trying it out, and the button that does it."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backoffice.actions.base import Action, ActionForm, Facts, Rehearsal, rehearse
from backoffice.actions.registry import ACTIONS
from backoffice.frame.base import page, require, staff_of, tenant_url
from backoffice.frame.history import last_event
from backoffice.frame.previewed import agrees, sign_shown
from billing.errors import DocumentNotFound
from billing.models import Document
from billing.selectors.accounts import latest_subscription
from billing.services.documents.invoicing import find_document
from tenants.context import inside, local_today
from tenants.errors import DomainError
from tenants.forms.refusals import put_error
from tenants.models import Tenant, User

ONCE = 60 * 60


@require_http_methods(["GET", "HEAD", "POST"])
def show_action(request: HttpRequest, tenant_id: UUID, slug: str) -> HttpResponse:
    """GET asks; the first POST shows what would change; the second, on the button that says it, does it."""
    action = ACTIONS.get(slug)
    if action is None:
        raise Http404(slug)
    require(request, action.permission)
    tenant = get_object_or_404(Tenant, pk=tenant_id)
    facts = _facts(tenant, request.POST.get("number") or request.GET.get("nomor", ""))
    refusal = action.refusal(facts)
    if refusal:
        return page(request, "refused.html", str(action.title), 409, refusal=refusal, tenant_shown=tenant)
    if request.method != "POST":
        number = facts.document.number if facts.document else ""
        return _show(request, action, facts, action.form(facts=facts, initial={"number": number}))
    form = action.form(request.POST, facts=facts)
    if not form.is_valid():
        return _show(request, action, facts, form)
    return _answer(request, action, facts, form)


def _facts(tenant: Tenant, number: str) -> Facts:
    now = timezone.now()
    today = local_today(tenant, now)
    if tenant.provisioning != Tenant.ProvisioningState.READY:
        return Facts(tenant, today, now)
    with inside(tenant):
        return Facts(tenant, today, now, latest_subscription(), _document(number))


def _document(number: str) -> Document | None:
    try:
        return find_document(number) if number else None
    except DocumentNotFound:
        return None


def _answer(request: HttpRequest, action: Action, facts: Facts, form: ActionForm) -> HttpResponse:
    user = staff_of(request)
    try:
        if not agrees(request, _subject(action, facts), form.given()):
            return _show(request, action, facts, form, _rehearsed(action, facts, form, user))
        _only_once(request.POST.get("once", ""))
        since = last_event(facts.tenant)
        done = action.perform(facts, form.given(), user)
    except DomainError as error:
        put_error(form, error)
        return _show(request, action, facts, form)
    if done.startswith(("http://", "https://")):
        return HttpResponseRedirect(done)
    messages.success(request, done)
    return HttpResponseRedirect(f"{tenant_url(facts.tenant)}?sejak={since}")


def _subject(action: Action, facts: Facts) -> str:
    return f"operator-action:{action.slug}:{facts.tenant.pk}"


def _rehearsed(action: Action, facts: Facts, form: ActionForm, user: User) -> Rehearsal:
    """The preview; an action that is not tried out only says what its button does."""
    if not action.rehearsed:
        return Rehearsal([], [])
    return rehearse(facts, lambda: action.try_out(facts, form.given(), user))


def _only_once(token: str) -> None:
    """A form sent twice does its work once."""
    if not token or not cache.add(f"operator-action:{token[:64]}", 1, timeout=ONCE):
        raise DomainError(_("Tindakan ini sudah dijalankan. Periksa halaman tenant."), code="done_already")


def _show(
    request: HttpRequest, action: Action, facts: Facts, form: ActionForm, rehearsal: Rehearsal | None = None
) -> HttpResponse:
    button = action.button(facts, form.given()) if rehearsal is not None else ""
    context: dict[str, Any] = {
        "tenant_shown": facts.tenant,
        "document": facts.document,
        "action": action,
        "form": form,
        "rehearsal": rehearsal,
        "button": button,
        "awaits": rehearsal is not None and action.needs_second(facts, form.given()),
        "once": uuid4().hex,
        "shown": sign_shown(_subject(action, facts), form.given()) if rehearsal is not None else "",
        "today": facts.today,
    }
    return page(request, "action.html", str(action.title), 422 if form.errors else 200, **context)
