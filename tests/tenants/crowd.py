"""Every public table that grows with tenants, filled as after some years of twenty thousand of them.

What is due is as rare as on an ordinary day, and only where a job passes it by (a tenant that is not ready, a line that fits
nothing): so jobs ask all of their questions of true statistics and change next to nothing.
"""

import hashlib
from collections.abc import Mapping

from django.apps import apps
from django.conf import settings

from billing.gateways.statements.models import BankStatement, GatewayPayout, GatewayReport
from partners.models import Partner, PartnerAgreement
from plans.models import Experiment, Product
from tenants.models import Tenant
from tests.tenants.filling import MANY, fill, key, loosely

FEW = 3_000
SECRET = "lg_live_abcdefgh" + "x" * 32
APPS = ("tenants", "plans", "gateways", "statements", "partners", "reports")
# These grow with something else: the catalogue, partners, issuers, provinces, days, files, visitors, costs, staff and its work.
OTHERS = {
    *("Issuer", "Product", "Plan", "PriceBook", "Experiment", "ExperimentSwitch", "Exposure"),
    *("Partner", "PartnerAgreement", "Payout", "NumberSeries", "JobRun", "ParkedJob"),
    *("TaxBatch", "GatewayReport", "GatewayPayout", "StatementForm", "BankStatement", "Cost", "CostChange"),
    *("ProvinceViewer", "ProvinceEdition", "ProvinceBasis", "Digest", "DigestWish"),
    *("CashDay", "RevenueDay", "CohortMonth"),
}
GROWING = {
    model._meta.db_table: model
    for label in APPS
    for model in apps.get_app_config(label).get_models()
    if model.__name__ not in OTHERS
}
COUNTS = {
    "Tenant": MANY,
    "Domain": MANY,
    "HealthStand": MANY,
    "Event": 2 * MANY,
    **dict.fromkeys(("BankLine", "BankTransfer", "Checkout", "GatewayReportRow", "Mandate"), MANY // 2),
}
# One tenant in this many is not ready; what waits for a tenant waits for these.
UNREADY = 400
_LONG_AGO = "current_date - (n % 1000)::int"
_DAILY = "current_date - n::int"
_ASKED = {"state": "'done'", "needs_second": "false", "requested_at": "now() - n * interval '1 hour'"}
_DUE = "CASE WHEN n % 30 = 0 THEN date '2026-03-01' ELSE date '2026-06-01' END"
_NAMES = "(ARRAY['invoice.issued', 'invoice.paid', 'payment.received', 'quantity.reported'])[1 + n % 4]"

ROWS: Mapping[str, Mapping[str, str]] = {
    "Tenant": {
        "schema_name": "'t_penuh' || n",
        "provisioning": f"CASE WHEN n % {UNREADY} = 0 THEN 'failed' ELSE 'ready' END",
        "timezone": "'Asia/Jakarta'",
        "database_alias": "'default'",
        "product_code": "(ARRAY['klustera', 'xclass'])[1 + n % 2]",
        "status": "'active'",
        "messages_due_at": "CASE WHEN n % 100 = 0 THEN now() - interval '1 year' END",
        "books_changed": f"n % {UNREADY} = 0",
        "balance": "CASE WHEN n % 20 = 0 THEN 750000 ELSE 0 END",
        "next_due_on": "current_date + (n % 400)::int",
        **{f"{name}_due_on": _DUE for name in ("billing", "reminder", "suspension")},
    },
    "Membership": {"role": "'owner'"},
    "Domain": {"domain": f"'penuh' || n || '.{settings.BASE_DOMAIN}'", "is_primary": "true"},
    "DataArchive": {"state": "'ready'", "ready_at": "now()", "path": "'x'"},
    "ApiKey": {
        "prefix": "'p' || n",
        "secret_hash": f"CASE WHEN n = 77 THEN '{hashlib.sha256(SECRET.encode()).hexdigest()}' ELSE 'h' || n END",
        "tenant_id": key(Tenant),
        "product_code": "''",
    },
    "Event": {
        "tenant_id": key(Tenant, f"1 + n % {MANY}"),
        "key": "'k' || n",
        "name": _NAMES,
        "recorded_at": f"now() - ({2 * MANY} - n) * interval '20 minutes'",
        "notified_at": "now()",
        "data": """('{"invoice": "INV/' || n || '"}')::jsonb""",
        "recurring": "CASE WHEN n % 4 = 0 THEN '{}'::jsonb END",
    },
    "IdempotentRequest": {"scope": "'s'", "key": "'k' || n", "created_at": "now() - n % 60 * interval '1 hour'"},
    "Onboarding": {"next_due_on": "CASE WHEN n % 50 = 0 THEN current_date END"},
    "ReceivableMove": {"on": _LONG_AGO, "closed_on": f"CASE WHEN n % 100 > 0 THEN {_LONG_AGO} END"},
    "TaxInvoice": {"state": "'exported'", "issued_on": _LONG_AGO},
    "StaffTask": {"done_at": "now()"},
    "WithholdingSlip": {"state": "CASE WHEN n % 50 = 0 THEN 'expected' ELSE 'cancelled' END"},
    "OfferClaim": {"state": "'approved'", "document": "'x'"},
    "OwedOffer": {"state": f"CASE WHEN n % {UNREADY} = 0 THEN 'owed' ELSE 'given' END"},
    "PilotDuty": {"done_on": "current_date"},
    "Redemption": {"product_code": "'klustera'", "redeemed_on": _LONG_AGO},
    "CreditRequest": _ASKED,
    "WriteOff": _ASKED,
    "Refund": _ASKED,
    "SentSlip": {"state": "'accepted'", "decided_at": "now()"},
    "Mandate": {
        "state": "'active'",
        "token": "'x'",
        "order_id": "'M' || n",
        "visited_on": "CASE WHEN n % 10 = 0 THEN current_date - 30 END",
    },
    "Debit": {"outcome": "'paid'", "on": _LONG_AGO},
    "Checkout": {
        "order_id": "'O' || n",
        "transaction_id": "'T' || n",
        "state": "'paid'",
        "amount": "2",
        "expires_at": "timestamptz '2026-01-01'",
        "paid_at": "now() - n * interval '2 hours'",
        "checked_at": "now()",
    },
    "CheckoutItem": {"live": "false"},
    "Notice": {"state": "'applied'", "order_id": "'O' || n", "transaction_id": "'T' || n"},
    "BankTransfer": {
        "state": "CASE WHEN n % 100 = 0 THEN 'announced' ELSE 'approved' END",
        "documents": "'[]'",
        "amount": "n",
        "code": "1",
        "asked": "n + 1",
        "received": "n + 1",
        "announced_on": _LONG_AGO,
        "expires_on": "current_date + 9",
        "account": "'a'",
    },
    "GatewayReportRow": {
        "report_id": key(GatewayReport, "1 + n % 50"),
        "kind": "'payment'",
        "order_id": "'O' || n",
        "transaction_id": "'T' || n",
        "checkout_id": "md5('gateways_checkout' || n::text)::uuid",
        "settled_on": "current_date - (n * 2 / 24)::int",
        "booked_at": "now()",
    },
    "GatewayDifference": {"state": "'closed'"},
    "Dispute": {"state": "'won'", "note": "'x'", "decided_at": "now()", "closed_at": "now()"},
    "BankLine": {
        "statement_id": key(BankStatement, "1 + n % 50"),
        "state": "CASE WHEN n % 1000 = 0 THEN 'waiting' ELSE 'ignored' END",
        "ignored_as": "CASE WHEN n % 1000 = 0 THEN '' ELSE 'fee' END",
        "incoming": "true",
        "account": "'a'",
        "amount": "9000000 + n",
        "on": "CASE WHEN n % 1000 = 0 THEN current_date - 3 ELSE current_date - (n % 1000)::int END",
    },
    "Referral": {"referrer_id": key(Tenant, "n + 1"), "first_paid_on": _LONG_AGO, "seen_event": "bigint '9000000000'"},
    "Commission": {"partner_id": key(Partner, "1 + n % 10"), "on": _LONG_AGO},
    "HealthReport": {"on": "current_date - (n % 90)::int"},
    # Nobody's day has come, nor in Jakarta, where from 17.00 on it is tomorrow.
    "HealthStand": {"look_on": "current_date + 2 + (n % 30)::int"},
    "HealthMove": {"on": _LONG_AGO},
    "CashMove": {"on": _LONG_AGO, "number": "'INV/' || n"},
    "Bill": {"left": "CASE WHEN n % 20 = 0 THEN 750000 ELSE 0 END", "due_on": _LONG_AGO, "paid_on": _LONG_AGO},
    "Payer": {"seen_event": "bigint '9000000000'"},
    "RevenueMove": {"on": _LONG_AGO},
    "RevenueStand": {"seen_event": "bigint '9000000000'"},
    "Term": {"on": _LONG_AGO},
}


def gather() -> Tenant:
    """Fill all of them, and some of the others they refer to; returns the 77th tenant: penuh77, with the key `SECRET`."""
    with loosely():
        fill(GatewayReport, {"imported_at": "now() - n * interval '1 day'", "first_on": _DAILY, "last_on": _DAILY}, 50)
        fill(BankStatement, {"state": "'imported'", "account": "'a'", "last_on": _DAILY}, 50)
        fill(Partner, {"code": "'mitra.' || n", "kind": "'agent'"}, 10)
        fill(PartnerAgreement, {"partner_id": key(Partner, "1")}, 1)
        Experiment.objects.create(product=Product.objects.earliest("pk"), code="penuh", position=1, data={})
        for model in GROWING.values():
            fill(model, ROWS.get(model.__name__, {}), COUNTS.get(model.__name__, FEW))
        fill(GatewayPayout, {"day": _DAILY}, 10)
    return Tenant.objects.get(schema_name="t_penuh77")
