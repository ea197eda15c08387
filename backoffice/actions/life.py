"""Actions on the subscription: trial, terms, quantity, end, and the test clock."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from backoffice.actions.base import Action, ActionForm, Facts
from backoffice.frame.fields import DateInput
from billing.documents.numbers import number
from billing.forms.rupiah import WholeField
from billing.rules.lifecycle import Status
from billing.selectors.endings import ending_of, fee_draft
from billing.services.gateway.client import gateway
from billing.services.steering import change_terms, terms_choices
from billing.services.subscriptions.life import Leaving, cancel_subscription, keep_subscription
from billing.services.subscriptions.quantities import Report, report_quantity
from billing.templatetags.langganan import tanggal
from billing.views.wording import said
from plans.rules.money import format_rupiah
from plans.rules.periods import add_months
from plans.selectors.catalogue import catalogue_of
from tenants.models import User
from trials.services.clock import charging
from trials.services.steering import steer_clock
from trials.services.trials import extend_trial, grant_pilot

LIFE = gettext_lazy("Langganan")


class TrialForm(ActionForm):
    """Another last day."""

    ends_on = forms.DateField(label=gettext_lazy("Masa percobaan sampai"), widget=DateInput())

    def __init__(self, *args: Any, facts: Facts, **kwargs: Any) -> None:
        super().__init__(*args, facts=facts, **kwargs)
        if facts.subscription is not None and facts.subscription.trial_ends_on is not None:
            self.initial["ends_on"] = facts.subscription.trial_ends_on + timedelta(days=14)


class ExtendTrial(Action):
    """More time to try."""

    slug, permission, form = "perpanjang-masa-percobaan", "extend_trial", TrialForm
    title, group = gettext_lazy("Perpanjang masa percobaan"), LIFE
    lead = gettext_lazy("Tagihan pertama dan pengingatnya ikut mundur.")

    def refusal(self, facts: Facts) -> str:
        """Only while trying."""
        trying = facts.subscription is not None and facts.subscription.status == Status.TRIALING
        return "" if trying else _("Tenant ini tidak sedang dalam masa percobaan.")

    def button(self, facts: Facts, given: dict[str, Any]) -> str:
        """With the day."""
        return _("Perpanjang sampai %(day)s") % {"day": tanggal(given["ends_on"])}

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Move the end."""
        extend_trial(tenant=facts.tenant, ends_on=given["ends_on"], reason=given["reason"], today=facts.today)
        return _("Masa percobaan sampai %(day)s.") % {"day": tanggal(given["ends_on"])}


class GrantPilot(Action):
    """A place among the pilots (K6)."""

    slug, permission, form = "jadikan-pilot", "grant_pilot", ActionForm
    title, group = gettext_lazy("Jadikan pilot"), LIFE
    lead = gettext_lazy(
        "Masa percobaan menjadi sepanjang program pilot, dihitung dari pendaftaran. Tempatnya terbatas."
    )

    def refusal(self, facts: Facts) -> str:
        """Only while trying a plan that has pilots."""
        subscription = facts.subscription
        if subscription is None or subscription.status != Status.TRIALING:
            return _("Tenant ini tidak sedang dalam masa percobaan.")
        pilots = [plan for plan in subscription.terms.plans if plan.pilot is not None]
        return "" if pilots else _("Paket ini tidak memiliki program pilot.")

    def button(self, facts: Facts, given: dict[str, Any]) -> str:
        """What it does."""
        return _("Jadikan pilot")

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Take a place; a full programme refuses."""
        made = grant_pilot(tenant=facts.tenant, reason=given["reason"], today=facts.today)
        day = made.trial_ends_on or facts.today
        return _("Masa percobaan sampai %(day)s.") % {"day": tanggal(day)}


class TermsForm(ActionForm):
    """Of what the plan offers."""

    terms_code = forms.ChoiceField(label=gettext_lazy("Syarat pembayaran"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, facts: Facts, **kwargs: Any) -> None:
        super().__init__(*args, facts=facts, **kwargs)
        field = self.fields["terms_code"]
        if facts.subscription is not None and isinstance(field, forms.ChoiceField):
            names = {terms.code: said(terms.name) for terms in catalogue_of(facts.subscription.product_code).terms}
            field.choices = [(code, names.get(code, code)) for code in terms_choices(facts.subscription)]
            self.initial["terms_code"] = facts.subscription.terms.terms.code


class ChangeTerms(Action):
    """From the next invoice on."""

    slug, permission, form = "ubah-syarat", "change_terms", TermsForm
    title, group = gettext_lazy("Ubah syarat pembayaran"), LIFE
    lead = gettext_lazy("Berlaku mulai tagihan berikutnya. Tagihan yang sudah terbit tidak berubah.")

    def refusal(self, facts: Facts) -> str:
        """Only where there is a choice."""
        subscription = facts.subscription
        if subscription is None or subscription.ended_on is not None:
            return _("Tidak ada langganan yang berjalan.")
        return "" if len(terms_choices(subscription)) > 1 else _("Paket ini hanya memiliki satu syarat pembayaran.")

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Change the agreement."""
        change_terms(tenant=facts.tenant, terms_code=given["terms_code"], reason=given["reason"], today=facts.today)
        return _("Syarat pembayaran diubah.")


class QuantityForm(ActionForm):
    """A count and its day."""

    quantity = WholeField(label=pgettext_lazy("banyaknya", "Jumlah"), min_value=0, max_value=10_000_000)
    on = forms.DateField(label=gettext_lazy("Per tanggal"), widget=DateInput())

    def __init__(self, *args: Any, facts: Facts, **kwargs: Any) -> None:
        super().__init__(*args, facts=facts, **kwargs)
        self.initial["on"] = facts.today
        if facts.subscription is not None:
            self.initial["quantity"] = int(facts.subscription.quantity)


class ReportQuantity(Action):
    """In the tenant's stead."""

    slug, permission, form = "laporkan-jumlah", "report_quantity", QuantityForm
    title, group = gettext_lazy("Laporkan jumlah"), LIFE
    lead = gettext_lazy("Sama seperti laporan pelanggan sendiri: yang harus ditagih, ditagih saat itu juga.")

    def refusal(self, facts: Facts) -> str:
        """Only while an agreement runs."""
        return _living_only(facts)

    def button(self, facts: Facts, given: dict[str, Any]) -> str:
        """With the count."""
        return _("Laporkan %(count)s") % {"count": number(given["quantity"])}

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Take the count."""
        report = Report(Decimal(given["quantity"]), given["on"], "staff", cause=given["reason"])
        made = report_quantity(tenant=facts.tenant, report=report, today=facts.today)
        if made.document_number:
            return _("Jumlah dilaporkan; tagihan %(number)s terbit.") % {"number": made.document_number}
        return _("Jumlah dilaporkan.")


class CancelForm(ActionForm):
    """Another day than the terms give."""

    on = forms.DateField(
        label=gettext_lazy("Berhenti per"),
        required=False,
        widget=DateInput(),
        help_text=gettext_lazy(
            "Kosongkan untuk hari paling awal menurut ketentuan. Yang sudah ditagih tidak dikembalikan."
        ),
    )
    no_fee = forms.BooleanField(
        label=gettext_lazy("Tanpa biaya berhenti"),
        required=False,
        help_text=gettext_lazy("Bila kontrak menetapkan biaya untuk berhenti sebelum berakhir."),
    )


class CancelSubscription(Action):
    """Effective at the end that the terms give (C8, K15), or on a day that staff choose with a reason."""

    slug, permission, form = "hentikan", "cancel_subscription", CancelForm
    title, group, quiet = gettext_lazy("Hentikan langganan"), LIFE, True
    lead = gettext_lazy(
        "Berlaku pada akhir masa yang dicapai pemberitahuan; masa percobaan pada akhirnya; paket gratis seketika."
    )

    def refusal(self, facts: Facts) -> str:
        """Once."""
        if facts.subscription is not None and facts.subscription.cancel_on is not None:
            return _("Penghentian sudah dijadwalkan.")
        return _living_only(facts)

    def button(self, facts: Facts, given: dict[str, Any]) -> str:
        """With the day it ends."""
        if facts.subscription is None:
            return str(self.title)
        ending = ending_of(facts.subscription, facts.today, given.get("on"), waived=True)
        charged = fee_draft(facts.subscription, ending)
        if charged is None:
            return _("Hentikan per %(day)s") % {"day": tanggal(ending.on)}
        told = {"day": tanggal(ending.on), "fee": format_rupiah(charged.total)}
        if given["no_fee"]:
            return _("Hentikan per %(day)s tanpa biaya %(fee)s") % told
        return _("Hentikan per %(day)s dengan biaya %(fee)s") % told

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Schedule the end."""
        leaving = Leaving(on=given.get("on"), waived=True, no_fee=given["no_fee"])
        made = cancel_subscription(tenant=facts.tenant, today=facts.today, reason=given["reason"], leaving=leaving)
        return _("Langganan berhenti per %(day)s.") % {"day": tanggal(made.cancel_on or facts.today)}


class KeepSubscription(Action):
    """Take a cancellation back."""

    slug, permission = "lanjutkan", "keep_subscription"
    title, group = gettext_lazy("Tarik kembali penghentian"), LIFE

    def refusal(self, facts: Facts) -> str:
        """Only before it has taken effect."""
        scheduled = facts.subscription is not None and facts.subscription.cancel_on is not None
        return _living_only(facts) if scheduled else _("Tidak ada penghentian yang dijadwalkan.")

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Go on as before."""
        keep_subscription(tenant=facts.tenant, today=facts.today, reason=given["reason"])
        return _("Langganan berjalan terus.")


class ClockForm(ActionForm):
    """A step, or a day."""

    step = forms.ChoiceField(
        label=gettext_lazy("Majukan"),
        widget=forms.RadioSelect,
        choices=[
            ("day", gettext_lazy("1 hari")),
            ("week", gettext_lazy("1 minggu")),
            ("month", gettext_lazy("1 bulan")),
            ("date", gettext_lazy("sampai tanggal")),
        ],
        initial="day",
    )
    to = forms.DateField(label=gettext_lazy("Sampai tanggal"), required=False, widget=DateInput())

    def clean(self) -> dict[str, Any]:
        """Work out the day."""
        given = super().clean() or self.cleaned_data
        clock, step = self.facts.tenant.clock_on, given.get("step")
        if step == "date":
            if not given.get("to") and "to" not in self.errors:
                self.add_error("to", _("Isi tanggalnya."))
        elif clock is not None and step:
            given["to"] = _stepped(clock, step)
        return given


class MoveClock(Action):
    """Days of a test tenant, lived by the production jobs."""

    slug, permission, form = "majukan-jam", "move_clock", ClockForm
    title, group, rehearsed = gettext_lazy("Majukan jam uji"), gettext_lazy("Jam uji"), False
    lead = gettext_lazy("Setiap hari dijalani oleh pekerjaan harian yang sebenarnya. Jam hanya dapat maju.")

    def refusal(self, facts: Facts) -> str:
        """Only test tenants have a clock."""
        return "" if facts.tenant.clock_on is not None else _("Hanya tenant uji yang memiliki jam uji.")

    def button(self, facts: Facts, given: dict[str, Any]) -> str:
        """With the day."""
        return _("Majukan sampai %(day)s") % {"day": tanggal(given["to"])}

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Live the days."""
        charge = charging(facts.tenant, facts.now, gateway())
        steer_clock(tenant=facts.tenant, to=given["to"], reason=given["reason"], progress=charge)
        return _("Jam uji: %(day)s.") % {"day": tanggal(given["to"])}


def _living_only(facts: Facts) -> str:
    living = facts.subscription is not None and facts.subscription.ended_on is None
    return "" if living else _("Tidak ada langganan yang berjalan.")


def _stepped(clock: date, step: str) -> date:
    """31 January and a month is 28 February."""
    if step == "month":
        return add_months(clock, 1, clock.day)
    return clock + timedelta(days=7 if step == "week" else 1)
