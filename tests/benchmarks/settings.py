"""The product's settings for the benchmark: no demo's helps, an empty view as the floor, and on request one more migration."""

import os

# Celery's workers have one connection each, no pool; the web server is started with one.
os.environ.setdefault("DATABASE_POOL", "0")

from config.settings import *  # noqa: F403
from config.settings import MIDDLEWARE as PRODUCTS_MIDDLEWARE

DEMO = False
MIDDLEWARE = [*PRODUCTS_MIDDLEWARE, "tests.benchmarks.views.EmptyAddress"]
# A session is made per tenant beforehand; nobody logs in, so the hasher does not matter.
MIGRATION_MODULES = {"trials": "tests.benchmarks.later_migrations"} if os.environ.get("BENCHMARK_MIGRATION") else {}
