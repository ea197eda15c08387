"""The migrations of `trials` and one more, as if the next version of the product added a column.

`tests.benchmarks.settings` names this package in MIGRATION_MODULES when BENCHMARK_MIGRATION is set, so that the real command
`migrate_tenants` meets a tenant that is behind while the web server still runs the code of before.
"""

from pathlib import Path

import trials.migrations

BEFORE = Path(trials.migrations.__path__[0])
__path__.append(str(BEFORE))
