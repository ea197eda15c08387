"""`python -m tests gw0 gw1`: the databases of these workers of pytest-xdist; the migrations are run once for all of them."""

import sys

import django

django.setup()

from tests.databases import make_databases  # noqa: E402 - models need the settings first

make_databases(sys.argv[1:])
