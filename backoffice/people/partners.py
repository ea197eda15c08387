"""Partners: terms, commissions, payouts; and the referrals of customers (K10, K11, C6, C16, N9, N10)."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backoffice.frame.base import OperatorAdmin, key_of, page, person, pressed, require, staff_of, tenant_link
from backoffice.frame.fields import DateInput
from billing.forms.rupiah import RupiahField
from billing.templatetags.langganan import rupiah
from partners.models import Award, Commission, Partner, PartnerAgreement, Payout, Referral
from partners.models.partners import PartnerKind
from partners.selectors.statements import balance_of, statement_of, statement_token
from partners.services.payouts import agree, enlist, pay_out, record_placement, renew_link
from plans.rules.referrals import PartnerTerms, ShareKind
from plans.selectors.catalogue import products_on_sale
from tenants.errors import DomainError
from tenants.forms.refusals import put_error
from tenants.permissions import staff_may
from tenants.selectors.addresses import public_address


@admin.register(Partner)
class PartnerAdmin(OperatorAdmin):
    """By name; each has a page of its own."""

    list_display = ("name", "kind", "code", "email", "owed")
    list_filter = ("kind",)
    search_fields = ("name", "code", "email")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """To its page."""
        return HttpResponseRedirect(reverse("operator_partner", kwargs={"partner_id": key_of(object_id)}))

    @admin.display(description=gettext_lazy("saldo"))
    def owed(self, partner: Partner) -> str:
        """What it has earned and not been paid."""
        return rupiah(balance_of(partner))


@admin.register(Referral)
class ReferralAdmin(OperatorAdmin):
    """Newest first."""

    list_display = ("customer", "by", "code", "referred_on", "first_paid_on")
    list_filter = ("tenant__product_code", "first_paid_on")
    list_select_related = ("tenant", "referrer", "partner")
    search_fields = ("tenant__name", "code", "partner__name", "referrer__name")

    @admin.display(description=gettext_lazy("pelanggan"), ordering="tenant__name")
    def customer(self, referral: Referral) -> SafeString:
        """Who came."""
        return tenant_link(referral.tenant)

    @admin.display(description=gettext_lazy("oleh"))
    def by(self, referral: Referral) -> SafeString:
        """Who brought it along."""
        if referral.referrer is not None:
            return tenant_link(referral.referrer)
        return format_html("{}", referral.partner)


@admin.register(Commission)
class CommissionAdmin(OperatorAdmin):
    """All entries."""

    list_display = ("on", "partner", "agreement", "tenant", "invoice", "formula", "money")
    list_filter = ("partner", "agreement__product_code", "agreement__code")
    list_select_related = ("partner", "agreement__partner", "tenant")
    search_fields = ("partner__name", "invoice", "tenant__name")

    @admin.display(description=gettext_lazy("komisi"), ordering="amount")
    def money(self, entry: Commission) -> str:
        """In rupiah; taken back, below zero."""
        return rupiah(entry.amount)


@admin.register(Payout)
class PayoutAdmin(OperatorAdmin):
    """What was paid, by whom."""

    payer = person("paid_by", gettext_lazy("dibayar oleh"))
    list_display = ("paid_on", "partner", "money", "reference", "payer")
    list_select_related = ("partner", "paid_by")
    search_fields = ("partner__name", "reference")

    @admin.display(description=gettext_lazy("jumlah"), ordering="amount")
    def money(self, payout: Payout) -> str:
        """In rupiah."""
        return rupiah(payout.amount)


@admin.register(Award)
class AwardAdmin(OperatorAdmin):
    """Who referred most."""

    list_display = ("period", "rank", "product_code", "customer", "referrals")
    list_filter = ("product_code",)
    list_select_related = ("tenant",)

    @admin.display(description=gettext_lazy("tenant"))
    def customer(self, award: Award) -> SafeString:
        """The winner."""
        return tenant_link(award.tenant)


class PartnerForm(forms.Form):
    """A new partner."""

    name = forms.CharField(label=gettext_lazy("Nama"), min_length=2, max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("Jenis"), choices=PartnerKind.choices)
    code = forms.RegexField(
        r"^[a-z0-9]+(?:[.-][a-z0-9]+)*$",
        label=gettext_lazy("Kode"),
        max_length=40,
        help_text=gettext_lazy("Dengan titik, misalnya mitra.dewi. Pelanggan mendaftar dengan kode ini."),
        error_messages={"invalid": gettext_lazy("Huruf kecil, angka, titik, misalnya mitra.dewi.")},
    )
    email = forms.EmailField(label=gettext_lazy("Email"))
    bank_account = forms.CharField(label=gettext_lazy("Rekening"), required=False, max_length=120)


class TermsForm(forms.Form):
    """Terms of the catalogue for a partner, for customers from a day on."""

    terms = forms.ChoiceField(label=gettext_lazy("Ketentuan"))
    from_on = forms.DateField(label=gettext_lazy("Untuk pendaftaran mulai"), widget=DateInput())
    until = forms.DateField(label=gettext_lazy("sampai"), required=False, widget=DateInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "id"
        self.fields["terms"].choices = [  # type: ignore[attr-defined]
            (f"{catalogue.product.code}/{item.code}", f"{catalogue.product.name}: {item.name.of(language)}")
            for catalogue in products_on_sale(timezone.localdate())
            for item in catalogue.partners
        ]


class PlacementForm(forms.Form):
    """A talent that was placed (N9)."""

    talent = forms.CharField(label=gettext_lazy("Talenta yang ditempatkan"), max_length=100)
    placed_on = forms.DateField(label=gettext_lazy("Ditempatkan pada"), widget=DateInput())


class PayoutForm(forms.Form):
    """Money that was transferred to the partner."""

    amount = RupiahField(label=gettext_lazy("Jumlah yang ditransfer"), min_value=1)
    reference = forms.CharField(label=gettext_lazy("Rujukan transfer"), max_length=120)
    paid_on = forms.DateField(label=gettext_lazy("Dibayar pada"), widget=DateInput())


@require_http_methods(["GET", "HEAD", "POST"])
def add_partner(request: HttpRequest) -> HttpResponse:
    """Who it is, and the code it passes on."""
    require(request, "manage_partner")
    form = PartnerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = enlist(**form.cleaned_data)
        except DomainError as error:
            put_error(form, error)
        else:
            return HttpResponseRedirect(reverse("operator_partner", kwargs={"partner_id": made.pk}))
    return page(request, "partner_new.html", _("Mitra baru"), 422 if form.errors else 200, form=form)


FORMS: Mapping[str, tuple[type[forms.Form], str]] = {
    "terms": (TermsForm, "manage_partner"),
    "placement": (PlacementForm, "manage_partner"),
    "payout": (PayoutForm, "pay_partner"),
    "link": (forms.Form, "manage_partner"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def show_partner(request: HttpRequest, partner_id: UUID) -> HttpResponse:
    """Its account, its link, and what staff do for it."""
    partner = get_object_or_404(Partner, pk=partner_id)
    shown = _forms(timezone.localdate())
    if request.method == "POST":
        name = pressed(request, FORMS)
        kind, permission = FORMS[name]
        require(request, permission)
        form = kind(request.POST)
        if form.is_valid() and _done(request, partner, name, form):
            return HttpResponseRedirect(request.path)
        shown[name] = form
    return _page(request, partner, shown)


def _forms(today: date) -> dict[str, forms.Form]:
    return {
        "terms": TermsForm(initial={"from_on": today}),
        "placement": PlacementForm(initial={"placed_on": today}),
        "payout": PayoutForm(initial={"paid_on": today}),
    }


def _page(request: HttpRequest, partner: Partner, shown: Mapping[str, forms.Form]) -> HttpResponse:
    agreements = list(partner.agreements.order_by("from_on", "pk"))
    return page(
        request,
        "partner.html",
        partner.name,
        422 if any(form.errors for form in shown.values()) else 200,
        partner=partner,
        statement=statement_of(partner),
        link=public_address(reverse("statement", args=[statement_token(partner)], urlconf="config.urls_public")),
        agreements=[(item, _named(item)) for item in agreements],
        places=any(_terms(item).kind is ShareKind.PLACEMENT for item in agreements),
        may_manage=staff_may(request.user, "manage_partner"),
        may_pay=staff_may(request.user, "pay_partner"),
        **{f"{name}_form": form for name, form in shown.items()},
    )


def _done(request: HttpRequest, partner: Partner, name: str, form: forms.Form) -> bool:
    given, user = form.cleaned_data, staff_of(request)
    try:
        if name == "terms":
            product, _slash, code = given["terms"].partition("/")
            agree(partner=partner, product=product, code=code, from_on=given["from_on"], until=given["until"])
            messages.success(request, _("Ketentuan berlaku untuk mitra ini."))
        elif name == "placement":
            _place(partner, given)
            messages.success(request, _("Penempatan dicatat."))
        elif name == "payout":
            pay_out(
                partner=partner, amount=given["amount"], reference=given["reference"], on=given["paid_on"], staff=user
            )
            messages.success(request, _("%(amount)s dibayarkan kepada mitra.") % {"amount": rupiah(given["amount"])})
        else:
            renew_link(partner=partner)
            messages.success(request, _("Tautan lama tidak berlaku lagi."))
    except DomainError as error:
        put_error(form, error)
        return False
    return True


def _place(partner: Partner, given: dict[str, Any]) -> None:
    held = [item for item in partner.agreements.order_by("pk") if _terms(item).kind is ShareKind.PLACEMENT]
    if not held:
        raise DomainError(_("Mitra ini tidak memiliki ketentuan penempatan."), field="talent", code="no_placement")
    record_placement(agreement=held[0], talent=given["talent"], on=given["placed_on"])


def _terms(agreement: PartnerAgreement) -> PartnerTerms:
    return PartnerTerms.model_validate(agreement.terms)


def _named(agreement: PartnerAgreement) -> str:
    return _terms(agreement).name.of(get_language() or "id")
