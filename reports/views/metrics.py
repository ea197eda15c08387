"""`/metrics` for Prometheus."""

import hmac
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from reports.selectors.operations import books_that_disagree, overdue_agendas, queues, tenants_by_status


class OperatorCollector(Collector):
    """Gauges read from the database at the moment they are asked for, the same whichever process answers."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[Metric]:
        """Queues with their age, agendas that lie behind, tenants by status."""
        waiting = GaugeMetricFamily("langganan_queue_waiting", "Entries waiting.", labels=["queue"])
        oldest = GaugeMetricFamily("langganan_queue_oldest_seconds", "Age of the oldest entry.", labels=["queue"])
        for queue in queues(self.now):
            waiting.add_metric([queue.name], queue.waiting)
            oldest.add_metric([queue.name], queue.oldest_seconds)
        tenants = GaugeMetricFamily("langganan_tenants", "Tenants.", labels=["product", "status"])
        for (product, status), count in tenants_by_status().items():
            tenants.add_metric([product, status], count)
        yield from (waiting, oldest, tenants)
        yield GaugeMetricFamily(
            "langganan_agenda_overdue", "Tenants more than a day behind.", value=overdue_agendas(self.now)
        )
        yield GaugeMetricFamily(
            "langganan_books_wrong", "Tenants whose books do not agree.", value=books_that_disagree()
        )


@require_safe
def show_metrics(request: HttpRequest) -> HttpResponse:
    """The metrics in Prometheus' text form; with METRICS_TOKEN set only to who bears it, in production to nobody else."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    token = settings.METRICS_TOKEN
    if (token or settings.PRODUCTION) and not (token and hmac.compare_digest(given.encode(), token.encode())):
        raise Http404
    registry = CollectorRegistry()
    registry.register(OperatorCollector(timezone.now()))
    ProcessCollector(registry=registry)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
