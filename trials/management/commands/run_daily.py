"""The daily jobs in this process, without Celery; safe to repeat; catches up on days missed."""

import json
from datetime import date
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from tenants.models import Tenant
from tenants.models.jobs import Job
from tenants.services.agenda import due_tenants
from trials.services.daily import ORDER, run_job


class Command(BaseCommand):
    """`manage.py run_daily [--on DATE] [--job billing|suspensions|reminders|recognition]`."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """--on stands in for today of every tenant, test clocks go along; --job runs one job alone."""
        parser.add_argument("--on", default="", metavar="DATE", help="as if today were this day, e.g. 2025-03-01")
        parser.add_argument("--job", choices=[job.value for job in ORDER], help="only this job")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the jobs in their order and print what each did."""
        try:
            on = date.fromisoformat(options["on"]) if options["on"] else None
        except ValueError as error:
            raise CommandError(f"--on: {options['on']} is not a date such as 2025-03-01.") from error
        jobs = [Job(options["job"])] if options["job"] else list(ORDER)
        failed = 0
        for job in jobs:
            now = timezone.now()
            total = due_tenants(job=job, now=now, on=on).count()
            with tqdm(total=total, desc=job.value, unit="tenant", disable=None) as bar:
                drained = run_job(job=job, now=now, on=on, trigger="command", progress=partial(_advance, bar))
            failed += drained.failed
            self.stdout.write(json.dumps({"job": job.value, "done": drained.done, "parked": drained.failed}))
        if failed:
            raise CommandError(f"{failed} tenants were set aside; see “Tenant disisihkan” in the admin.")


def _advance(bar: Any, tenant: Tenant) -> None:
    bar.set_postfix_str(tenant.schema_name, refresh=False)
    bar.update()
