"""Who needs somebody now: each queue as one cheap query on public tables."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, DateField, ExpressionWrapper, F, Min, QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.gateways.models import (
    OPEN_REFUNDS,
    BankTransfer,
    CreditRequest,
    Notice,
    NoticeState,
    PaperRequestState,
    Refund,
    SentSlip,
    SentSlipState,
    TransferState,
    WriteOff,
)
from billing.gateways.statements.gateway_models import DifferenceState, Dispute, GatewayDifference
from billing.gateways.statements.models import BankLine, LineState
from billing.rules.lifecycle import Status
from config.admin.base import age
from config.templatetags.langganan import tanggal
from plans.models import ClaimState, OfferClaim, PilotDuty
from tenants.models import Onboarding, ParkedJob, StaffTask, Tenant

TRIAL_DAYS = 7
STUCK_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Queue:
    """A row of the home page; `note` says how old the oldest is, or what comes next. `urgent`: it waits for us."""

    label: str
    count: int
    note: str
    url: str
    urgent: bool = True


@dataclass(frozen=True, slots=True)
class Since:
    """A queue whose rows wait since an instant, `field`."""

    label: str
    rows: "QuerySet[Any]"
    field: str
    url: str


def trials_ending(today: date) -> "QuerySet[Tenant]":
    """Trials that end within seven days, each by its own clock."""
    last = ExpressionWrapper(
        Coalesce(F("clock_on"), Value(today)) + Value(timedelta(days=TRIAL_DAYS)), output_field=DateField()
    )
    return Tenant.objects.filter(status=Status.TRIALING, billing_due_on__lte=last)


def suspended() -> "QuerySet[Tenant]":
    """Tenants whose access is closed."""
    return Tenant.objects.filter(status=Status.SUSPENDED)


def stuck_messages(now: datetime) -> "QuerySet[Tenant]":
    """Tenants with a message that should have left an hour ago."""
    return Tenant.objects.filter(messages_due_at__lt=now - STUCK_AFTER)


def unprovisioned() -> "QuerySet[Tenant]":
    """Sign-ups whose schema could not be made."""
    return Tenant.objects.filter(provisioning=Tenant.ProvisioningState.FAILED)


def parked() -> "QuerySet[Tenant]":
    """Tenants set aside by a job."""
    return Tenant.objects.filter(pk__in=ParkedJob.objects.values("tenant_id"))


def due_tasks(today: date) -> "QuerySet[StaffTask]":
    """Tasks to do today or earlier, each by its tenant's own clock."""
    return StaffTask.objects.filter(done_at__isnull=True, due_on__lte=Coalesce(F("tenant__clock_on"), Value(today)))


def waiting_transfers() -> "QuerySet[BankTransfer]":
    """Transfers whose proof waits for a decision."""
    return BankTransfer.objects.filter(state=TransferState.SUBMITTED)


def open_refunds() -> "QuerySet[Refund]":
    """Money that is to go back: to be approved, or to be paid out."""
    return Refund.objects.filter(state__in=OPEN_REFUNDS)


def waiting_write_offs() -> "QuerySet[WriteOff]":
    """Claims that somebody asked to give up, for another to decide."""
    return WriteOff.objects.filter(state=PaperRequestState.REQUESTED)


def waiting_slips() -> "QuerySet[SentSlip]":
    """Slips of tax withheld that customers sent, to be read."""
    return SentSlip.objects.filter(state=SentSlipState.SUBMITTED)


def waiting_credit_notes() -> "QuerySet[CreditRequest]":
    """Credit notes that somebody asked for, for another to decide."""
    return CreditRequest.objects.filter(state=PaperRequestState.REQUESTED)


def waiting_lines() -> "QuerySet[BankLine]":
    """Money on the account that nobody's payment is yet."""
    return BankLine.objects.filter(state=LineState.WAITING)


def open_disputes() -> "QuerySet[Dispute]":
    """Payments that the payer's bank took back: to be decided, or lost and not booked to the end."""
    return Dispute.objects.filter(closed_at__isnull=True)


def open_differences() -> "QuerySet[GatewayDifference]":
    """Where the gateway's report or status and our books do not agree."""
    return GatewayDifference.objects.filter(state=DifferenceState.OPEN)


def waiting_claims() -> "QuerySet[OfferClaim]":
    """Documents of offers that wait for a decision."""
    return OfferClaim.objects.filter(state=ClaimState.SUBMITTED)


def late_duties(today: date) -> "QuerySet[PilotDuty]":
    """Duties of pilots whose day has passed, each by its tenant's own clock."""
    return PilotDuty.objects.filter(done_on__isnull=True, due_on__lt=Coalesce(F("tenant__clock_on"), Value(today)))


def suspense() -> "QuerySet[Notice]":
    """Notifications that a person must judge."""
    return Notice.objects.filter(state=NoticeState.SUSPENSE)


TenantQueue = Callable[[date, datetime], "QuerySet[Tenant]"]
# The tenant list filters by the same queries that the home page counts.
TENANT_QUEUES: dict[str, tuple[str, TenantQueue]] = {
    "masa-coba": ("Masa percobaan berakhir dalam 7 hari", lambda today, _now: trials_ending(today)),
    "ditangguhkan": ("Sedang ditangguhkan", lambda _today, _now: suspended()),
    "pesan": ("Pesan tertahan", lambda _today, now: stuck_messages(now)),
    "gagal-disiapkan": ("Gagal disiapkan", lambda _today, _now: unprovisioned()),
    "disisihkan": ("Disisihkan", lambda _today, _now: parked()),
}


def queues(today: date, now: datetime) -> list[Queue]:
    """All queues, those that wait for a person first."""
    return [*_by_instants(_waiting_since(now), now), *_by_days(today)]


def _waiting_since(now: datetime) -> list[Since]:
    return [
        Since(
            _("Transfer menunggu persetujuan"),
            waiting_transfers(),
            "submitted_at",
            _list("gateways_banktransfer", "state__exact=submitted"),
        ),
        Since(_("Pengembalian dana"), open_refunds(), "requested_at", _list("gateways_refund", "done_at__isempty=1")),
        Since(
            _("Hapus buku menunggu persetujuan"),
            waiting_write_offs(),
            "requested_at",
            _list("gateways_writeoff", "state__exact=requested"),
        ),
        Since(
            _("Bukti potong menunggu pemeriksaan"),
            waiting_slips(),
            "submitted_at",
            _list("gateways_sentslip", "state__exact=submitted"),
        ),
        Since(
            _("Nota kredit menunggu persetujuan"),
            waiting_credit_notes(),
            "requested_at",
            _list("gateways_creditrequest", "state__exact=requested"),
        ),
        Since(_("Mutasi bank yang belum dicocokkan"), waiting_lines(), "created_at", reverse("operator_bank_lines")),
        Since(
            _("Pemberitahuan yang perlu ditinjau"),
            suspense(),
            "received_at",
            _list("gateways_notice", "state__exact=suspense"),
        ),
        Since(
            _("Sengketa pembayaran"),
            open_disputes(),
            "opened_at",
            _list("statements_dispute", "closed_at__isempty=1"),
        ),
        Since(
            _("Selisih dengan gateway"),
            open_differences(),
            "found_at",
            _list("statements_gatewaydifference", "state__exact=open"),
        ),
        Since(
            _("Dokumen penawaran menunggu pemeriksaan"),
            waiting_claims(),
            "submitted_at",
            _list("plans_offerclaim", "state__exact=submitted"),
        ),
        Since(_("Tenant disisihkan"), ParkedJob.objects.all(), "parked_at", _list("tenants_parkedjob")),
        Since(_("Pendaftaran gagal disiapkan"), unprovisioned(), "created_at", _tenants("gagal-disiapkan")),
        Since(_("Pesan tertahan lebih dari sejam"), stuck_messages(now), "messages_due_at", _tenants("pesan")),
    ]


def _by_days(today: date) -> list[Queue]:
    return [
        _by_day(
            _("Telepon dan tugas hari ini"),
            due_tasks(today),
            "due_on",
            _("batas paling awal %(day)s"),
            _list("tenants_stafftask", "status=jatuh-tempo"),
        ),
        _by_day(
            _("Persiapan pelanggan terlambat"),
            Onboarding.objects.filter(next_due_on__lt=today),
            "next_due_on",
            _("sejak %(day)s"),
            _list("tenants_onboarding", "status=terlambat"),
        ),
        _by_day(
            _("Kewajiban pilot yang terlambat"),
            late_duties(today),
            "due_on",
            _("batas paling awal %(day)s"),
            _list("plans_pilotduty", "status=terlambat"),
            urgent=False,
        ),
        _by_day(
            _("Masa percobaan berakhir dalam 7 hari"),
            trials_ending(today),
            "billing_due_on",
            _("paling dekat %(day)s"),
            _tenants("masa-coba"),
            urgent=False,
        ),
        _by_day(
            _("Piutang"),
            Tenant.objects.filter(balance__gt=0, is_test=False),
            "next_due_on",
            _("jatuh tempo paling awal %(day)s"),
            reverse("operator_ageing"),
            urgent=False,
        ),
        _by_day(
            _("Ditangguhkan"),
            suspended(),
            "suspension_due_on",
            _("langganan pertama berakhir %(day)s"),
            _tenants("ditangguhkan"),
            urgent=False,
        ),
    ]


def _by_instants(waiting: list[Since], now: datetime) -> list[Queue]:
    """One query for all of them: each is a row of a UNION."""
    asked = [
        item.rows.order_by()
        .annotate(place=Value(place))
        .values("place")
        .annotate(count=Count("pk"), oldest=Min(item.field))
        for place, item in enumerate(waiting)
    ]
    found = {row["place"]: row for row in asked[0].union(*asked[1:], all=True)}
    return [_since(item, found.get(place), now) for place, item in enumerate(waiting)]


def _since(item: Since, row: dict[str, Any] | None, now: datetime) -> Queue:
    if row is None or not row["count"]:
        return Queue(item.label, 0, "", item.url)
    return Queue(item.label, row["count"], _("terlama %(age)s") % {"age": age(row["oldest"], now)}, item.url)


def _by_day(label: str, rows: "QuerySet[Any]", field: str, words: str, url: str, *, urgent: bool = True) -> Queue:
    found = rows.aggregate(count=Count("pk"), first=Min(field))
    return Queue(label, found["count"], words % {"day": tanggal(found["first"])} if found["first"] else "", url, urgent)


def _list(name: str, query: str = "") -> str:
    return reverse(f"admin:{name}_changelist") + (f"?{query}" if query else "")


def _tenants(code: str) -> str:
    return _list("tenants_tenant", f"antrean={code}")
