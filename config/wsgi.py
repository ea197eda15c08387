"""WSGI entry point for granian or gunicorn."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from tenants.selectors.health import refuse_unfit_databases  # noqa: E402 - the settings come first

refuse_unfit_databases()

# What is loaded by now stays: looking through it for garbage would hold up a request for tens of milliseconds.
gc.collect()
gc.freeze()
