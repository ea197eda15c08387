"""The operator's dashboards over generated facts: a year and a half of 25.000 customers, followed by the product itself."""

import gc
import statistics
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client

from tenants.models import Tenant, User
from tests.benchmarks import doors
from tests.benchmarks.drains import per
from tests.benchmarks.measures.stage import Stage
from tests.benchmarks.processes import server_cpu
from tests.benchmarks.results import tell
from tests.benchmarks.scratch import scratch

FULL, FEW = 25_000, 100
EVENTS = 10
FACTS = (
    "reports_revenuemove, reports_revenuestand, reports_cashmove, reports_claimpart, reports_bill, reports_payer, "
    "reports_term, reports_cost, reports_healthreport, reports_cashday, reports_revenueday, reports_cohortmonth, "
    "statements_gatewayfee, tenants_event, tenants_tenant, tenants_receivablemove, tenants_membership, tenants_user"
)
DAYS = "first=2026-01-01&last=2026-03-31"
PAGES = {
    "dashboard": f"/admin/pendapatan/?{DAYS}",
    "weekly": "/admin/dasbor/mingguan/",
    "monthly": "/admin/dasbor/bulanan/",
    "quarterly": "/admin/dasbor/triwulan/",
    "by_plan": f"/admin/pendapatan/?{DAYS}&by=plan",
    "by_cohort": f"/admin/pendapatan/?{DAYS}&by=cohort",
    "one_product": f"/admin/pendapatan/?{DAYS}&product=klustera",
    "one_province": f"/admin/pendapatan/?{DAYS}&province=Provinsi+1",
    "customers": f"/admin/pendapatan/pelanggan/?{DAYS}",
    "growth": "/admin/pertumbuhan/?first=2025-01-01&last=2026-12-31&by=province",
    "moves": f"/admin/pendapatan/gerak/?{DAYS}",
    "cash": "/admin/kas/?first=2026-01-01&last=2026-06-30",
    "gateway_costs": f"/admin/kas/biaya-gateway/?{DAYS}",
    "cash_moves": f"/admin/kas/gerak/?{DAYS}",
    "renewals": "/admin/perpanjangan/?first=2025-07-01&last=2026-06-30",
    "seats": "/admin/kursi/",
    "watching": "/admin/kesehatan/",
    "health": "/admin/kesehatan/skor/",
    "health_worse": "/admin/kesehatan/skor/?change=worse&colour=yellow",
    "price_signals": f"/admin/harga/isyarat/?{DAYS}",
    "price_effect": "/admin/harga/dampak/",
    "economics": "/admin/pendapatan-biaya/?first=2026-01-01&last=2026-06-30",
    "claim_parts": "/admin/pendapatan-biaya/rincian/?first=2026-01-01&last=2026-06-30",
    "economics_by_channel": "/admin/pendapatan-biaya/?first=2026-01-01&last=2026-06-30&by=channel",
    "costs": "/admin/biaya/?first=2025-01-01&last=2026-12-31",
    "ageing": "/admin/piutang/",
    "ageing_by_product": "/admin/piutang/?by=product",
    "ageing_month_before": "/admin/piutang/?per=2026-06-01",
    "ageing_year_before": "/admin/piutang/?per=2025-06-15",
}
# Each tenant tries, two of three pay with the second event.
# Each has an event about every 50 days; a tenth leaves with the eighth, and half of these come back.
MAKE_EVENTS = f"""
INSERT INTO tenants_event (tenant_id, name, occurred_on, recorded_at, actor_kind, actor, cause, request_id, data,
                           notify_attempts, notify_error, notified_at, recurring)
SELECT id, CASE WHEN gone THEN 'subscription.cancelled' WHEN k = 0 THEN 'trial.started'
       WHEN k = 1 AND n % 3 <> 0 THEN 'payment.received' ELSE 'subscription.changed' END,
       DATE '2025-01-01' + (n % 200 + k * 45)::int, now(), 'system', '', '', '',
       jsonb_build_object('plan', 'plan-' || n % 4), 0, '', now(),
       CASE WHEN gone THEN '{{}}'::jsonb
       ELSE jsonb_build_object('it', jsonb_build_array('main', units * 36000, units::text)) END
FROM (SELECT id, n, k, 200 + k * (n % 5 - 1) AS units, n % 10 = 0 AND (k = 7 OR (k > 7 AND n % 20 = 0)) AS gone
      FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM tenants_tenant WHERE schema_name LIKE 'facts\\_%') AS made,
           generate_series(0, {EVENTS - 1}) AS k) AS planned
ORDER BY k, n
"""


# A bill a month for a year and a half, each paid within the next one; a tenth of the last month's is open. Every fourth pays by
# the year instead: that only lengthens its term, which ends within ninety days of the day of the measure.
MAKE_MONEY = (
    """
INSERT INTO reports_bill (id, tenant_id, number, kind, issued_on, due_on, total, "left", paid_on, days, late,
                          product, province, is_test)
SELECT gen_random_uuid(), tenant_id, n || '/' || k, 'invoice', on_, on_ + 14, 600000, CASE WHEN owed THEN 600000 ELSE 0 END,
       CASE WHEN owed THEN NULL ELSE on_ + (n % 30)::int END, CASE WHEN owed THEN NULL ELSE (n % 30)::int END,
       CASE WHEN owed THEN NULL ELSE (n % 30)::int - 14 END, product, province, false
FROM (SELECT *, k = 17 AND n % 10 = 0 AS owed, (DATE '2025-01-01' + k * INTERVAL '1 month')::date AS on_
      FROM (SELECT tenant_id, product, province, row_number() OVER (ORDER BY tenant_id) AS n FROM reports_revenuestand) AS made,
           generate_series(0, 17) AS k) AS planned
""",
    """
INSERT INTO reports_cashmove (id, tenant_id, source, "on", kind, amount, fee, channel, method, number,
                              product, province, is_test, summed)
SELECT gen_random_uuid(), tenant_id, id, issued_on, 'invoiced', total, 0, '', '', number, product, province, false, true
FROM reports_bill
UNION ALL
SELECT gen_random_uuid(), tenant_id, id, paid_on, 'collected', total, 4000, 'midtrans',
       (ARRAY['bank_transfer', 'qris', 'gopay'])[1 + days % 3], '', product, province, false, true
FROM reports_bill WHERE paid_on IS NOT NULL
""",
    # Each bill is a period; a quarter of the customers has usage in it, too.
    """
INSERT INTO reports_claimpart (id, move_id, "on", kind, amount, product, province, is_test, summed)
SELECT gen_random_uuid(), id, "on", part, 300000, product, province, false, part <> 'recurring'
FROM reports_cashmove, unnest(ARRAY['recurring', 'usage']) AS part
WHERE kind = 'invoiced' AND (part = 'recurring' OR product = 'koperasi')
""",
    """
INSERT INTO reports_term (id, tenant_id, event_id, "on", months, billed, billed_on, state, product, province, is_test)
SELECT gen_random_uuid(), tenant_id, (SELECT min(id) FROM tenants_event), issued_on, 12, total, issued_on,
       CASE WHEN paid_on IS NULL THEN 'open' ELSE 'renewed' END, product, province, false
FROM reports_bill WHERE issued_on >= DATE '2026-01-01'
""",
    """
UPDATE reports_payer SET days = 20, late = 6, months = CASE WHEN product = 'xclass' THEN 12 ELSE 1 END,
       period_to = current_date + (random() * 80)::int
FROM reports_revenuestand AS stand WHERE stand.tenant_id = reports_payer.tenant_id
""",
    """
UPDATE tenants_tenant SET status = 'active', quantity = 50 + (random() * 500)::int, billing_due_on = current_date + 10,
       created_at = '2025-01-01', plan_code = CASE product_code WHEN 'klustera' THEN 'per-unit' ELSE 'standard' END
WHERE schema_name LIKE 'facts\\_%'
""",
    # What each payment cost at the gateway, all out of one row of one report; and each month's costs of every kind.
    """
WITH report AS (
  INSERT INTO statements_gatewayreport (id, file_name, sha256, columns, row_count, new_count, faults, imported_at)
  VALUES (gen_random_uuid(), 'facts.csv', 'facts', '{}', 1, 1, '[]', now()) RETURNING id),
told AS (
  INSERT INTO statements_gatewayreportrow (id, report_id, fingerprint, row, order_id, transaction_id, kind, method,
                                           amount, fee, tax, settled_on)
  SELECT gen_random_uuid(), id, 'facts', 1, 'facts', '', 'payment', '', 600000, 4000, 440, DATE '2025-01-01' FROM report
  RETURNING id)
INSERT INTO statements_gatewayfee (id, tenant_id, payment, position, channel, amount, settled_on, row_id, summed)
SELECT gen_random_uuid(), tenant_id, source, 0, 'midtrans', 4440, "on" + 1, told.id, true
FROM reports_cashmove, told WHERE kind = 'collected'
""",
    """
INSERT INTO reports_cost (id, month, product, channel, kind, amount, changed_at)
SELECT gen_random_uuid(), (DATE '2025-01-01' + k * INTERVAL '1 month')::date, product, channel, kind, 1000000 + k * 1000, now()
FROM generate_series(0, 23) AS k, unnest(ARRAY['klustera', 'xclass', 'koperasi', 'naikkelas', '']) AS product,
     unnest(ARRAY['direct', 'agent', '']) AS channel, unnest(ARRAY['marketing', 'sales', 'hosting', 'support', 'other']) AS kind
""",
    # For the customers to watch: what each bill was owed, and one owner each, of whom a quarter has been away for a month.
    """
INSERT INTO tenants_receivablemove (id, tenant_id, document, number, kind, product, issuer, due_on, "on", amount)
SELECT gen_random_uuid(), tenant_id, id, number, kind, product, '', due_on, issued_on, total FROM reports_bill
UNION ALL
SELECT gen_random_uuid(), tenant_id, id, number, kind, product, '', due_on, paid_on, -total
FROM reports_bill WHERE paid_on IS NOT NULL
""",
    """
WITH made AS (
  INSERT INTO tenants_user (email, password, is_superuser, is_staff, is_active, first_name, last_name, phone, language,
                            date_joined, last_login)
  SELECT schema_name || '@facts.test', '', false, false, true, '', '', '', 'id', now(), now() - random() * INTERVAL '40 days'
  FROM tenants_tenant WHERE schema_name LIKE 'facts\\_%' RETURNING id, email)
INSERT INTO tenants_membership (id, user_id, tenant_id, role, by_email, by_in_app, by_whatsapp, by_sms, created_at)
SELECT gen_random_uuid(), made.id, tenants_tenant.id, 'owner', true, true, false, false, now()
FROM made JOIN tenants_tenant ON schema_name || '@facts.test' = made.email
""",
)

# Usage of eight weeks, and one figure each of the others, of everybody.
MAKE_REPORTS = """
INSERT INTO reports_healthreport (id, tenant_id, measure, "on", value, versions, source, said_by, said_at)
SELECT gen_random_uuid(), tenant_id, measure, current_date - (7 * ago)::int,
       (hashint8(n * 31 + ago) & 1023) % least(most, n % 97 + 2), '[]', 'api', '', now()
FROM (SELECT tenant_id, row_number() OVER (ORDER BY tenant_id) AS n FROM reports_revenuestand) AS made,
     (SELECT 'usage' AS measure, ago, 8 AS most FROM generate_series(0, 7) AS ago
      UNION ALL VALUES ('adoption', 1, 101), ('tickets', 1, 8), ('nps', 2, 11)) AS measured
ON CONFLICT DO NOTHING
"""


def measure_dashboard(on: Stage) -> None:
    """Every page as staff ask for it, in this process, with nobody else at work; then the facts are dropped."""
    count = FULL if on.around.tenants >= FEW else on.around.tenants
    with scratch():
        _make_tenants(count)
        with connection.cursor() as cursor:
            cursor.execute(MAKE_EVENTS)
        began = time.monotonic()
        doors.follow_facts()
        followed = time.monotonic() - began
        with connection.cursor() as cursor:
            for made in MAKE_MONEY:
                cursor.execute(made)
            cursor.execute(MAKE_REPORTS)
            doors.add_to_sums()
            cursor.execute(f"ANALYZE {FACTS}")
        began = time.monotonic()
        doors.close_receivables()
        closed = time.monotonic() - began
        began = time.monotonic()
        doors.score_health()
        scored = time.monotonic() - began
        _first_scores_a_week_ago()
        with connection.cursor() as cursor:
            # What autovacuum does in operation, where facts come over months: each customer's row was written ten times over.
            cursor.execute(f"VACUUM (ANALYZE) {FACTS}, reports_healthstand, reports_healthmove")
        client = _staff()
        gc.collect()
        gc.freeze()  # as config/wsgi.py does: a process of the web looks for no garbage in what it loaded
        times = {name: _times(client, path, on.repeats) for name, path in PAGES.items()}
        cpu = {name: _cpu(on, client, path) for name, path in PAGES.items()}
    medians = {name: round(statistics.median(found), 1) for name, found in times.items()}
    facts: dict[str, Any] = {"facts_of": count, "events": count * EVENTS, "followed_a_second": round(count / followed)}
    facts["scored_a_second"] = round(count / scored)
    facts["closed_a_second"] = round(count / closed)
    facts |= {"pages_ms": medians, "cpu_ms": cpu, "slowest_ms": max(medians.values())}
    tell(on.around, "dashboard", "ms", times["dashboard"], **facts)


def _first_scores_a_week_ago() -> None:
    """Everybody was scored long ago, a tenth changed within the week."""
    with connection.cursor() as cursor:
        cursor.execute('UPDATE reports_healthmove SET "on" = current_date - 30')
        cursor.execute(
            'INSERT INTO reports_healthmove (id, tenant_id, "on", score, colour, score_before, colour_before) '
            "SELECT gen_random_uuid(), tenant_id, current_date - 1, score, colour, 60, 'yellow' FROM reports_healthstand "
            "WHERE score IS NOT NULL AND hashtext(tenant_id::text) % 10 = 0"
        )


def _make_tenants(count: int) -> None:
    """Rows without a schema, copied from one: no report opens any."""
    first = Tenant.objects.create(schema_name="facts_0", name="Pelanggan", product_code="klustera", facts_changed=True)
    new = {
        "id": "gen_random_uuid()",
        "schema_name": "'facts_' || n",
        "product_code": "(ARRAY['klustera', 'xclass', 'koperasi', 'naikkelas'])[1 + mod(n, 4)]",
        "registration": "jsonb_build_object('province', 'Provinsi ' || mod(n, 38))",
    }
    names = [str(field.column) for field in Tenant._meta.concrete_fields]
    columns, values = ", ".join(names), ", ".join(new.get(name, name) for name in names)
    copied = f"INSERT INTO tenants_tenant ({columns}) SELECT {values} FROM tenants_tenant, generate_series(1, %s) AS n"
    with connection.cursor() as cursor:
        cursor.execute(f"{copied} WHERE id = %s", [count - 1, first.pk])


def _staff() -> Client:
    client = Client(SERVER_NAME=settings.BASE_DOMAIN, headers={"host": settings.BASE_DOMAIN})
    client.force_login(
        User.objects.create_user("facts@bench.test", None, is_staff=True, is_superuser=True),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return client


def _times(client: Client, path: str, repeats: int) -> list[float]:
    """Milliseconds of each answer; the first, which compiles the template, is not counted."""
    return [_timed(lambda: client.get(path)) for _ in range(repeats + 1)][1:]


def _cpu(on: Stage, client: Client, path: str) -> dict[str, float | None]:
    """What one answer costs this process and the database: the figure to trust on a busy machine."""
    database, own = server_cpu(on.postmaster), time.process_time()
    for _ in range(on.repeats):
        client.get(path)
    after = server_cpu(on.postmaster)
    server = per((after - database).whole, on.repeats) if after and database else None
    return {"page": round((time.process_time() - own) * 1000 / on.repeats, 1), "database": server}


def _timed(ask: Callable[[], object]) -> float:
    began = time.monotonic()
    answer = ask()
    if getattr(answer, "status_code", None) != 200:
        raise RuntimeError(f"A dashboard answered {getattr(answer, 'status_code', answer)}.")
    return (time.monotonic() - began) * 1000
