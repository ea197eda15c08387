"""The queues of the home page, as data: in this order."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from backoffice.queues.rows import (
    due_tasks,
    late_duties,
    late_onboardings,
    open_differences,
    open_disputes,
    open_refunds,
    suspense,
    waiting_claims,
    waiting_credit_notes,
    waiting_lines,
    waiting_slips,
    waiting_transfers,
    waiting_write_offs,
)
from backoffice.queues.tenants import owing, suspended, trials_ending, unprovisioned
from tenants.models import ParkedJob


@dataclass(frozen=True, slots=True)
class Since:
    """A queue whose rows wait since an instant, `field`. `place` names its list, with the filter as a query string."""

    label: Promise
    rows: Callable[[], "QuerySet[Any]"]
    field: str
    place: str


@dataclass(frozen=True, slots=True)
class Due:
    """A queue whose rows have a day, `field`; `words` says the first one (%(day)s). `place` as with `Since`."""

    label: Promise
    rows: Callable[[date], "QuerySet[Any]"]
    field: str
    words: Promise
    place: str
    urgent: bool = True


WAITING = (
    Since(
        gettext_lazy("Transfer menunggu persetujuan"),
        waiting_transfers,
        "submitted_at",
        "admin:gateways_banktransfer_changelist?state__exact=submitted",
    ),
    Since(
        gettext_lazy("Pengembalian dana"),
        open_refunds,
        "requested_at",
        "admin:gateways_refund_changelist?done_at__isempty=1",
    ),
    Since(
        gettext_lazy("Hapus buku menunggu persetujuan"),
        waiting_write_offs,
        "requested_at",
        "admin:gateways_writeoff_changelist?state__exact=requested",
    ),
    Since(
        gettext_lazy("Bukti potong menunggu pemeriksaan"),
        waiting_slips,
        "submitted_at",
        "admin:gateways_sentslip_changelist?state__exact=submitted",
    ),
    Since(
        gettext_lazy("Nota kredit menunggu persetujuan"),
        waiting_credit_notes,
        "requested_at",
        "admin:gateways_creditrequest_changelist?state__exact=requested",
    ),
    Since(
        gettext_lazy("Mutasi bank yang belum dicocokkan"),
        waiting_lines,
        "created_at",
        "operator_bank_lines",
    ),
    Since(
        gettext_lazy("Pemberitahuan yang perlu ditinjau"),
        suspense,
        "received_at",
        "admin:gateways_notice_changelist?state__exact=suspense",
    ),
    Since(
        gettext_lazy("Sengketa pembayaran"),
        open_disputes,
        "opened_at",
        "admin:statements_dispute_changelist?closed_at__isempty=1",
    ),
    Since(
        gettext_lazy("Selisih dengan gateway"),
        open_differences,
        "found_at",
        "admin:statements_gatewaydifference_changelist?state__exact=open",
    ),
    Since(
        gettext_lazy("Dokumen penawaran menunggu pemeriksaan"),
        waiting_claims,
        "submitted_at",
        "admin:plans_offerclaim_changelist?state__exact=submitted",
    ),
    Since(
        gettext_lazy("Tenant disisihkan"),
        ParkedJob.objects.all,
        "parked_at",
        "admin:tenants_parkedjob_changelist",
    ),
    Since(
        gettext_lazy("Pendaftaran gagal disiapkan"),
        unprovisioned,
        "created_at",
        "admin:tenants_tenant_changelist?antrean=gagal-disiapkan",
    ),
)

DUE = (
    Due(
        gettext_lazy("Telepon dan tugas hari ini"),
        due_tasks,
        "due_on",
        gettext_lazy("batas paling awal %(day)s"),
        "admin:tenants_stafftask_changelist?status=jatuh-tempo",
    ),
    Due(
        gettext_lazy("Persiapan pelanggan terlambat"),
        late_onboardings,
        "next_due_on",
        gettext_lazy("sejak %(day)s"),
        "admin:tenants_onboarding_changelist?status=terlambat",
    ),
    Due(
        gettext_lazy("Kewajiban pilot yang terlambat"),
        late_duties,
        "due_on",
        gettext_lazy("batas paling awal %(day)s"),
        "admin:plans_pilotduty_changelist?status=terlambat",
        urgent=False,
    ),
    Due(
        gettext_lazy("Masa percobaan berakhir dalam 7 hari"),
        trials_ending,
        "billing_due_on",
        gettext_lazy("paling dekat %(day)s"),
        "admin:tenants_tenant_changelist?antrean=masa-coba",
        urgent=False,
    ),
    Due(
        gettext_lazy("Piutang"),
        lambda _today: owing(),
        "next_due_on",
        gettext_lazy("jatuh tempo paling awal %(day)s"),
        "operator_ageing",
        urgent=False,
    ),
    Due(
        gettext_lazy("Ditangguhkan"),
        lambda _today: suspended(),
        "suspension_due_on",
        gettext_lazy("langganan pertama berakhir %(day)s"),
        "admin:tenants_tenant_changelist?antrean=ditangguhkan",
        urgent=False,
    ),
)
