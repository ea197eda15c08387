"""Signing up: one page, a progress page, and straight on into the new dashboard."""

import re
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import authenticate, login
from django.core import signing
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from plans.errors import CatalogueError
from plans.rules.catalogue import Catalogue
from plans.rules.money import format_rupiah
from plans.services.visits import VisitStep
from tenants.errors import DomainError, SubdomainTaken
from tenants.models import Domain, Tenant
from trials.errors import AlreadyRegistered
from trials.forms.quantity import worded
from trials.forms.quotes import QuoteForm
from trials.forms.signups import AddressForm, SignupForm
from trials.selectors.quotes import quote_from
from trials.services.provisioning import STEPS
from trials.services.signups import host_of, request_signup, withdraw_signup
from trials.tasks import provision
from trials.views.days import public_today
from trials.views.limits import WINDOW, signup_allowed
from trials.views.price_text import day_text
from trials.views.prices import on_sale, page_of
from trials.views.quote_text import offer_rows
from trials.views.referrals import keeps_referrer, referrer_of
from trials.views.visitors import Look, look_as_shown, visitor_of
from trials.views.visits import counts_visits

BACKEND = "django.contrib.auth.backends.ModelBackend"
SALT = "trials.signup"
State = Tenant.ProvisioningState
TECHNICAL = re.compile(r"[A-Za-z_.]+(?:Error|Exception|Failure)?: ")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@keeps_referrer
@counts_visits(VisitStep.CHECKOUT)
def sign_up(request: HttpRequest, product: str) -> HttpResponse:
    """Ask, check, reserve; then go on to the progress page. Sent twice, it makes one tenant."""
    today, visitor = public_today(request.POST.get("timezone", "")), visitor_of(request)
    listed = on_sale(product, today)
    # Whoever sends the form is billed by what its page showed, not by what would be shown now.
    look = look_as_shown(request.POST.get("shown", ""), listed) or visitor.look_at(listed, today, counts=True)
    return visitor.keep(_answer(request, look, today))


def _answer(request: HttpRequest, look: Look, today: date) -> HttpResponse:
    user = request.user if request.user.is_authenticated else None
    if request.method != "POST":
        named = ("quantity", "plan", "period", "anchor", "offers")
        initial = {name: request.GET[name] for name in named if name in request.GET}
        initial["referral"] = referrer_of(request)
        return _show(request, SignupForm(initial=initial, catalogue=look.catalogue, on=today, user=user), look)
    form = SignupForm(request.POST, catalogue=look.catalogue, on=today, user=user)
    if not form.is_valid():
        return _show(request, form, look, status=422)
    if not signup_allowed(request):
        return render(request, "429.html", {"wait": int(WINDOW.total_seconds())}, status=429)
    tenant = _request(request, form, look)
    if tenant is None:
        return _show(request, form, look, status=422)
    return redirect("signup_progress", signed=signing.dumps(str(tenant.pk), salt=SALT))


def _request(request: HttpRequest, form: SignupForm, look: Look) -> Tenant | None:
    try:
        with transaction.atomic():
            tenant = request_signup(signup=replace(form.signup(), taken=look.taken), now=timezone.now())
            transaction.on_commit(partial(provision.delay, str(tenant.pk)))
    except (SubdomainTaken, AlreadyRegistered) as error:
        # The second press meets the address; at the same instant as the first, the school's own number before it.
        own = _own_tenant(request, form)
        if own is None:
            form.refuse(error, error.message)
        return own
    except CatalogueError as error:
        form.refuse(error, worded(error))
        return None
    except DomainError as error:
        form.refuse(error, error.message)
        return None
    owner = tenant.memberships.select_related("user").first()
    if form.user is None and owner is not None:
        login(request, owner.user, backend=BACKEND)
    return tenant


def _own_tenant(request: HttpRequest, form: SignupForm) -> Tenant | None:
    """The tenant that this very form made a moment ago (the button pressed twice), proved by its owner's password."""
    said = form.cleaned_data
    user = form.user or authenticate(request, username=said["contact_email"].lower(), password=said.get("password"))
    if user is None:
        return None
    mine = Tenant.objects.filter(
        domains__domain=host_of(said["subdomain"]),
        product_code=form.catalogue.product.code,
        name=said["organisation_name"].strip(),
        memberships__user=user,
    ).exclude(provisioning=State.READY, created_at__lt=timezone.now() - WINDOW)
    found = mine.first()
    if found is not None and form.user is None and not Authenticator.objects.filter(user=user).exists():
        login(request, user, backend=BACKEND)
    return found


def _show(request: HttpRequest, form: SignupForm, look: Look, status: int = 200) -> HttpResponse:
    code = form.catalogue.product.code
    _wire_address(form, code)
    context = page_of(form.catalogue) | {
        "form": form,
        "price_url": reverse("signup_price", args=[code]),
        "shown": look.token(),
        "summary": _summary(form.catalogue, form),
        "base_domain_suffix": f".{settings.BASE_DOMAIN}",
        "login_url": f"{reverse('account_login')}?next={request.path}",
    }
    return render(request, "public/signup.html", context, status=status)


@require_safe
def show_price(request: HttpRequest, product: str) -> HttpResponse:
    """What will be paid and when, by the day in the zone that is chosen; renewed while the size is typed."""
    today, visitor = public_today(request.GET.get("timezone", "")), visitor_of(request, may_begin=False)
    listed = on_sale(product, today)
    look = look_as_shown(request.GET.get("shown", ""), listed) or visitor.look_at(listed, today, counts=False)
    form = QuoteForm(request.GET, catalogue=look.catalogue, on=today)
    context = {"form": form, "summary": _summary(look.catalogue, form)}
    return visitor.keep(render(request, "public/signup_price.html", context))


def _summary(catalogue: Catalogue, form: QuoteForm) -> dict[str, Any] | None:
    """The preview on the sign-up page: what is paid today, then, and what follows; or why not (`refused`), as for a code
    that is used up. None until the size is right."""
    asked = form if form.is_bound else QuoteForm(form.initial, catalogue=catalogue, on=form.on)
    asked.is_valid()
    if "quantity" not in getattr(asked, "cleaned_data", {}):
        return None
    try:
        made = quote_from(catalogue, asked.wish())
    except CatalogueError as error:
        return {"refused": worded(error)}
    paid_at_once = made.first is not None and made.trial_ends_on is None
    today_row = {"label": _("Hari ini"), "after": _("tagihan terbit") if paid_at_once else format_rupiah(0)}
    if made.first is None:
        return {"changes": [today_row], "then": _("Gratis selama ukuran Anda tetap di jenjang ini.")}
    rows = [today_row]
    if made.trial_ends_on is not None:
        rows.append({"label": _("Gratis dicoba sampai"), "after": day_text(made.trial_ends_on)})
    rows.append({"label": _("Tagihan pertama"), "after": format_rupiah(made.first.total)})
    if made.first.issued_on != made.trial_ends_on:
        rows.append({"label": _("Terbit"), "after": day_text(made.first.issued_on)})
    rows.append({"label": _("Jatuh tempo"), "after": day_text(made.first.due_on)})
    rows += [{"label": row["label"], "after": row["value"]} for row in offer_rows(made)]
    if paid_at_once:
        return {"changes": rows, "then": _("Kami mengingatkan Anda sebelum jatuh tempo."), "undo": ""}
    return {
        "changes": rows,
        "then": _("Kami mengingatkan Anda sebelum masa percobaan berakhir dan sebelum jatuh tempo."),
        "undo": _("Tanpa kartu. Anda dapat berhenti kapan saja sebelum tagihan pertama."),
    }


@require_safe
def show_address(request: HttpRequest, product: str) -> HttpResponse:
    """The address field: suggested from the name while it is empty, and whether it is free."""
    on_sale(product, public_today())
    typed = request.GET.get("subdomain", "").strip().lower()
    wanted = typed or suggest_subdomain(request.GET.get("organisation_name", ""))
    form = AddressForm({"subdomain": wanted}) if wanted else AddressForm()
    free = form.is_valid()
    _wire_address(form, product)
    context = {
        "form": form,
        "free": _("%(address)s masih bebas.") % {"address": host_of(wanted)} if free else "",
        "base_domain_suffix": f".{settings.BASE_DOMAIN}",
    }
    return render(request, "public/signup_address.html", context)


def _wire_address(form: AddressForm | SignupForm, product: str) -> None:
    """Let HTMX ask whether the address is free when it was changed, and suggest one when the name was."""
    ask = {"hx-get": reverse("signup_address", args=[product]), "hx-target": "#address"}
    # On leaving the field, too: a suggestion is held back while somebody is in it.
    named = {"hx-include": "#address, [name=organisation_name]", "hx-trigger": "blur"}
    form.fields["subdomain"].widget.attrs |= ask | named
    if "organisation_name" in form.fields:
        form.fields["organisation_name"].widget.attrs |= ask | {"hx-include": "#address", "hx-trigger": "change"}


def suggest_subdomain(name: str) -> str:
    """A free address from a name: "SMP Tunas Harapan" → `smp-tunas-harapan`, or with `-2` if that is taken."""
    base = re.sub(r"^[^a-z]+", "", re.sub(r"-+", "-", slugify(name).replace("_", "-")))[:36].strip("-")
    if len(base) < 3:
        return ""
    taken = set(Domain.objects.filter(domain__startswith=base).values_list("domain", flat=True))
    choices = [base, *(f"{base}-{number}" for number in range(2, 30))]
    return next(
        (item for item in choices if host_of(item) not in taken and item not in settings.RESERVED_SUBDOMAINS), base
    )


@require_safe
@never_cache
def show_progress(request: HttpRequest, signed: str) -> HttpResponse:
    """How far the new tenant's schema has come. When it is ready its owner is taken straight into the dashboard."""
    tenant = _signed_tenant(signed)
    ready = tenant.provisioning == State.READY
    enter = reverse("enter_tenant", args=[tenant.subdomain])
    if ready and _is_member(request, tenant):
        return HttpResponseClientRedirect(enter) if request.htmx else redirect(enter)  # type: ignore[attr-defined]
    template = "public/signup_progress_fragment.html" if request.htmx else "public/signup_progress.html"  # type: ignore[attr-defined]
    return render(request, template, _progress(tenant, signed, enter))


@require_POST
def retry(request: HttpRequest, signed: str) -> HttpResponse:
    """Try a failed sign-up again; safe to press twice, one worker takes it."""
    tenant = _signed_tenant(signed)
    provision.delay(str(tenant.pk))
    return redirect("signup_progress", signed=signed)


@require_POST
def withdraw(request: HttpRequest, signed: str) -> HttpResponse:
    """Give a failed sign-up up: name and address are free again."""
    tenant = _signed_tenant(signed)
    withdraw_signup(tenant=tenant)
    return redirect("signup", product=tenant.product_code)


def _signed_tenant(signed: str) -> Tenant:
    try:
        tenant_id = signing.loads(signed, salt=SALT, max_age=7 * 24 * 3600)
        return Tenant.objects.get(pk=tenant_id)
    except (signing.BadSignature, Tenant.DoesNotExist) as error:
        raise Http404(_("Pendaftaran ini tidak ada lagi.")) from error


def _is_member(request: HttpRequest, tenant: Tenant) -> bool:
    return request.user.is_authenticated and tenant.memberships.filter(user=request.user).exists()


def _progress(tenant: Tenant, signed: str, enter: str) -> dict[str, Any]:
    states = {State.READY: "ready", State.FAILED: "failed"}
    state = states.get(State(tenant.provisioning), "working")
    labels = [_("Pendaftaran diterima"), _("Menyiapkan ruang data Anda"), _("Memulai langganan"), _("Siap dipakai")]
    step = tenant.provisioning_step
    marks = ["done" if number <= step - (state == "working" and step > 1) else "todo" for number in range(1, STEPS + 1)]
    if state != "ready" and "todo" in marks:
        marks[marks.index("todo")] = "failed" if state == "failed" else "current"
    return {
        "organisation_name": tenant.name,
        "state": state,
        "steps": [{"label": label, "state": mark} for label, mark in zip(labels, marks, strict=True)],
        "percent": 100 * marks.count("done") // STEPS,
        "progress_url": reverse("signup_progress", args=[signed]),
        "ready_url": enter,
        "reason": _reason(tenant.provisioning_error),
        "retry_url": reverse("signup_retry", args=[signed]),
        "withdraw_url": reverse("signup_withdraw", args=[signed]),
    }


def _reason(error: str) -> str:
    """What a visitor can make sense of; the technical cause stands in the admin."""
    if error and not TECHNICAL.match(error):
        return error
    return _("Ada gangguan di pihak kami. Isian Anda tersimpan; kami mencoba lagi sendiri, atau tekan Coba lagi.")
