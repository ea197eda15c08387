"""The Celery application. Tasks carry ids only; the agenda in PostgreSQL stays the truth if the broker loses one."""

import gc
import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, worker_init, worker_process_init
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app: Celery = Celery("langganan")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
@beat_init.connect
def refuse_unfit_databases(**_said: Any) -> None:
    """Before the first task: no pooler that mixes tenants up, no worker of Citus. Imported late: apps are loaded then."""
    from tenants.selectors.health import refuse_unfit_databases  # noqa: PLC0415

    try:
        refuse_unfit_databases()
    except ImproperlyConfigured as error:
        # Celery logs what a receiver raises and goes on; only this ends the process.
        raise SystemExit(str(error)) from error


@worker_process_init.connect
def keep_what_is_loaded(**_said: Any) -> None:
    """What is loaded by now stays: a process that makes many rows would look through all of it for garbage, again and again."""
    gc.freeze()
