"""The Celery application. Tasks carry ids only; the agenda in PostgreSQL stays the truth if the broker loses one."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app: Celery = Celery("langganan")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
