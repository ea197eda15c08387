"""An action of staff on a tenant, and trying it out before it is done."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from backoffice.frame.history import events_since, last_event
from backoffice.frame.wording import STATUS_WORDS, Told
from billing.documents.numbers import number
from billing.models import Document, Subscription
from billing.selectors.accounts import credit_balance
from billing.selectors.scheduled import scheduled_change
from billing.templatetags.langganan import rupiah, tanggal
from billing.views.wording import offer_rows
from tenants.context import inside
from tenants.models import Tenant, User

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Facts:
    """What an action is about: the tenant on its day, its latest subscription, and a document if one was chosen."""

    tenant: Tenant
    today: date
    now: datetime
    subscription: Subscription | None = None
    document: Document | None = None


class ActionForm(forms.Form):
    """The reason is always asked, last."""

    reason = forms.CharField(
        label=gettext_lazy("Alasan"),
        max_length=300,
        min_length=5,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Tercatat dalam riwayat, dengan nama Anda."),
    )

    def __init__(self, *args: Any, facts: Facts, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.facts = facts
        self.order_fields([name for name in self.fields if name != "reason"])

    def given(self) -> dict[str, Any]:
        """What was typed, cleaned."""
        return self.cleaned_data


class Action(ABC):
    """One thing staff may do. `permission` is a key of `tenants.permissions.STAFF_ACTIONS`.

    `button` says what will happen and is what a person confirms. `rehearsed` ones are tried out for the preview: the
    real service runs in a transaction that is rolled back.
    """

    slug: ClassVar[str]
    permission: ClassVar[str]
    title: ClassVar[Words]
    lead: ClassVar[Words] = ""
    form: ClassVar[type[ActionForm]] = ActionForm
    group: ClassVar[Words] = ""
    rehearsed: ClassVar[bool] = True
    on_document: ClassVar[bool] = False  # offered beside a document, not in the list
    quiet: ClassVar[bool] = False  # takes something away: shown quietly

    def refusal(self, facts: Facts) -> str:
        """Why it cannot be done now; empty if it can."""
        return ""

    def button(self, facts: Facts, given: dict[str, Any]) -> str:
        """The words on the button that does it."""
        return str(self.title)

    @abstractmethod
    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Do it; returns what was done in a sentence, or an address to go on to."""

    def needs_second(self, facts: Facts, given: dict[str, Any]) -> bool:
        """Whether it is only asked for, and done once another member of staff agrees."""
        return False

    def try_out(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """What the preview does and takes back again: of what another has to agree to, what follows then."""
        return self.perform(facts, given, user)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that would be different, as `components/preview.html` shows it."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What would change and what would be noted."""

    changes: list[Change]
    told: list[Told]


def rehearse(facts: Facts, act: Callable[[], object]) -> Rehearsal:
    """Run the real thing, look, and take all of it back: number, event and row. A `DomainError` passes through."""
    tenant = facts.tenant
    with transaction.atomic():
        since, before = last_event(tenant), _standing(tenant)
        try:
            act()
            after, told = _standing(tenant), events_since(tenant, since)
        finally:
            transaction.set_rollback(True)
    changes = [
        Change(label, was, becomes)
        for (label, was), (_same, becomes) in zip(before, after, strict=True)
        if was != becomes
    ]
    return Rehearsal(changes, told)


def _standing(tenant: Tenant) -> list[tuple[str, str]]:
    row = Tenant.objects.get(pk=tenant.pk)
    with inside(row):
        subscription = Subscription.objects.order_by("-created_at", "-pk").first()
        credit = credit_balance()
    return [
        (_("Status"), str(STATUS_WORDS.get(row.status, row.status))),
        (_("Akses"), _("terbuka") if row.has_access else _("tertutup")),
        (_("Paket"), row.plan_code),
        (pgettext("banyaknya", "Jumlah"), number(row.quantity) if row.quantity is not None else ""),
        (_("Tagihan terbuka"), rupiah(row.balance)),
        (_("Jatuh tempo"), tanggal(row.next_due_on)),
        (_("Saldo pelanggan"), rupiah(credit)),
        (_("Masa percobaan sampai"), tanggal(subscription.trial_ends_on) if subscription else ""),
        (_("Jeda sampai"), tanggal(subscription.paused_until) if subscription else ""),
        (_("Berhenti"), tanggal(subscription.cancel_on) if subscription else ""),
        (_("Perubahan paket terjadwal"), _waiting(subscription)),
        (_("Penawaran"), _offers(subscription)),
        (_("Syarat pembayaran"), subscription.terms.terms.code if subscription else ""),
        (_("NPWP"), row.npwp),
        (_("Alamat"), row.address),
        (_("Dokumen pembeli"), str(row.tax_identity.get("document_number", ""))),
    ]


def _waiting(subscription: Subscription | None) -> str:
    change = scheduled_change(subscription) if subscription else None
    return f"{change.plan_code}, {tanggal(change.on)}" if change else ""


def _offers(subscription: Subscription | None) -> str:
    rows = offer_rows(subscription.terms.discounts) if subscription else []
    return "; ".join(f"{row['label']}, {row['value']}" for row in rows)
