"""The Celery application. Tasks carry ids only; the agenda in PostgreSQL stays the truth if the broker loses one."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, worker_init
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app: Celery = Celery("langganan")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
@beat_init.connect
def refuse_poolers(**_said: Any) -> None:
    """Before the first task: no pooler that mixes tenants up. Imported late, when the applications are loaded."""
    from tenants.selectors.health import refuse_poolers  # noqa: PLC0415

    try:
        refuse_poolers()
    except ImproperlyConfigured as error:
        # Celery logs what a receiver raises and goes on; only this ends the process.
        raise SystemExit(str(error)) from error
