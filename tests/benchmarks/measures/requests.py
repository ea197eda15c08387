"""Requests to the real web server: entitlements, overview, invoices, notifications; beside a view that does nothing."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import redis
from django.conf import settings

from billing.gateways.models import Notice
from tests.benchmarks.clients import CLIENTS, Hammered, hammer, request
from tests.benchmarks.database import let_go
from tests.benchmarks.drains import per
from tests.benchmarks.measures.stage import Stage
from tests.benchmarks.processes import server_cpu
from tests.benchmarks.results import tell
from tests.benchmarks.views import BARE, EMPTY, EMPTY_API
from tests.benchmarks.visitors import Visitor, make_visitors, notices
from tests.benchmarks.web import WORKERS

MOST_NOTICES = 20_000
Ask = Callable[[Visitor], bytes]


def measure_requests(on: Stage) -> None:
    """Twenty clients walk over many tenants, keeping their connections."""
    on.staging.put(on.moulds["due"])
    visitors = make_visitors(on.fleet, on.day)
    let_go()
    floors = _floors(on, visitors)
    asks: dict[str, Ask] = {
        "entitlement": lambda one: one.program("/api/v1/entitlements"),
        "overview": lambda one: one.member("/"),
        "invoice_list": lambda one: one.member("/tagihan/"),
    }
    for name, ask in asks.items():
        _measure(on, name, [ask(one) for one in visitors], floors)


def _floors(on: Stage, visitors: Sequence[Visitor]) -> dict[str, Any]:
    """An empty operation of the API with the same key; an empty page on tenants' hosts and on the public host, which has no
    tenant to look up; and an answer before all middleware."""
    asks = {
        "empty_api": [one.program(EMPTY_API) for one in visitors],
        "empty_view": [request(EMPTY, one.host) for one in visitors],
        "empty_view_public": [request(EMPTY, settings.BASE_DOMAIN)],
        "bare_server": [request(BARE, settings.BASE_DOMAIN)],
    }
    return {name: _best(_hammered(on, requests)).facts() for name, requests in asks.items()}


def _measure(on: Stage, name: str, requests: Sequence[bytes], floors: dict[str, Any]) -> None:
    results = _hammered(on, requests)
    best = _best(results)
    shares = {f"of_{floor}": round(best.per_second / facts["per_second"], 3) for floor, facts in floors.items()}
    shares |= {f"cpu_of_{floor}": _ratio(_cost(best.cpu_ms), _cost(facts)) for floor, facts in floors.items()}
    facts = {"clients": CLIENTS, "web_workers": WORKERS, **best.facts(), **shares, "floors": floors}
    tell(on.around, name, "requests/s", [item.per_second for item in results], **facts)


def _hammered(on: Stage, requests: Sequence[bytes]) -> list[Hammered]:
    return [_hammer_once(on, requests) for _ in range(on.repeats)]


def _hammer_once(on: Stage, requests: Sequence[bytes]) -> Hammered:
    """The clients' view, and the CPU of web server and database for each answer, the warm-up's among them."""
    port = on.web.port()
    web, database = on.web.cpu(), server_cpu(on.postmaster)
    result = hammer(port, requests, seconds=on.seconds)
    web_after, database_after = on.web.cpu(), server_cpu(on.postmaster)
    answers = len(result.latencies) + result.warmed
    result.cpu_ms = {
        "web_cpu_ms": per(web_after - web, answers) if web_after and web else None,
        "database_cpu_ms": per((database_after - database).whole, answers) if database_after and database else None,
    }
    return result


def _cost(facts: Mapping[str, Any]) -> float:
    """Milliseconds of CPU an answer cost on the server's side."""
    return float(facts["web_cpu_ms"] or 0) + float(facts["database_cpu_ms"] or 0)


def _ratio(ours: float, floors: float) -> float | None:
    return round(floors / ours, 3) if ours else None


def _best(results: Sequence[Hammered]) -> Hammered:
    return max(results, key=lambda item: item.per_second)


def measure_webhooks(on: Stage) -> None:
    """Signed notifications, stored and passed on to the broker; nobody works them off, and they are removed again."""
    empty = request(EMPTY, settings.BASE_DOMAIN, method="POST", body=b"{}")
    floor = _hammer_once(on, [empty])
    results = _hammered(on, notices(MOST_NOTICES))
    stored = Notice.objects.filter(order_id__startswith="TOLOK-")
    facts = {**_best(results).facts(), "stored": stored.count(), "floors": {"empty_view_public": floor.facts()}}
    stored.delete()
    redis.Redis.from_url(settings.REDIS_URL).delete("celery")
    let_go()
    tell(on.around, "webhook_intake", "requests/s", [item.per_second for item in results], clients=CLIENTS, **facts)
