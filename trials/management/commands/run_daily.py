"""The daily jobs in this process, without Celery; safe to repeat; catches up on days missed."""

import json
from datetime import date
from functools import partial
from typing import Any

from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from billing.services.gateway.client import gateway
from billing.services.gateway.debits import due_mandates, run_debits
from tenants.models import Tenant
from tenants.models.jobs import Job
from tenants.services.agenda import due_tenants
from trials.services.daily import run_job

DEBITS, HEALTH = "debits", "health"
# The beat's order (CELERY_BEAT_SCHEDULE): auto-debit charges what was billed, and nobody is reminded of what it has just paid.
ORDER = (Job.BILLING.value, Job.SUSPENSIONS.value, DEBITS, Job.REMINDERS.value, HEALTH, Job.RECOGNITION.value)


class Command(BaseCommand):
    """`manage.py run_daily [--on DATE] [--job billing|suspensions|debits|reminders|health|recognition]`."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """--on stands in for today of every tenant, test clocks go along; --job runs one job alone."""
        parser.add_argument("--on", default="", metavar="DATE", help="as if today were this day, e.g. 2025-03-01")
        parser.add_argument("--job", choices=ORDER, help="only this job")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the jobs in their order and print what each did."""
        try:
            on = date.fromisoformat(options["on"]) if options["on"] else None
        except ValueError as error:
            raise CommandError(f"--on: {options['on']} is not a date such as 2025-03-01.") from error
        names = [options["job"]] if options["job"] else ORDER
        failed = {name: self._run(name, on) for name in names}
        uncharged = failed.pop(DEBITS, 0)
        faults = []
        if aside := sum(failed.values()):
            faults.append(f"{aside} tenants were set aside; see “Tenant disisihkan” in the admin.")
        if uncharged:
            faults.append(f"Auto-debit of {uncharged} tenants failed and is tried by the next run; see the log.")
        if faults:
            raise CommandError(" ".join(faults))

    def _run(self, name: str, on: date | None) -> int:
        """One job; returns for how many tenants it failed."""
        if name == DEBITS:
            return self._charge(on)
        return self._score(on) if name == HEALTH else self._work_off(Job(name), on)

    def _score(self, on: date | None) -> int:
        """Health scores; the reports, a floor above, know how, and say their own line."""
        if "score_health" in get_commands():
            call_command("score_health", on=on.isoformat() if on else "", stdout=self.stdout)
        return 0

    def _work_off(self, job: Job, on: date | None) -> int:
        """One job over all tenants; returns how many were set aside."""
        now = timezone.now()
        with _bar(job.value, due_tenants(job=job, now=now, on=on).count()) as bar:
            drained = run_job(job=job, now=now, on=on, trigger="command", progress=partial(_advance, bar))
        self.stdout.write(json.dumps({"job": job.value, "done": drained.done, "parked": drained.failed}))
        return drained.failed

    def _charge(self, on: date | None) -> int:
        """Auto-debit: announce and charge what is due; returns how many failed. They are not set aside, the next run comes
        again."""
        now = timezone.now()
        with _bar(DEBITS, due_mandates(now, on).count()) as bar:
            charged = run_debits(now=now, gateway=gateway(), on=on, progress=partial(_advance, bar))
        told = {"job": DEBITS, "done": charged.done, "parked": 0, "failed": charged.failed}
        self.stdout.write(json.dumps(told))
        return charged.failed


def _bar(name: str, total: int) -> Any:
    """Shown on a terminal alone."""
    return tqdm(total=total, desc=name, unit="tenant", disable=None)


def _advance(bar: Any, tenant: Tenant) -> None:
    bar.set_postfix_str(tenant.schema_name, refresh=False)
    bar.update()
