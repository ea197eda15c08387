"""Counting visits of the public pages (N13) without knowing anybody: a cookie of the day says what was counted already.

It holds product codes and steps, the same for everybody who came as far; nothing tells one visitor from another. Machines,
pages loaded ahead of a click and the operator's staff are not counted.
"""

from collections.abc import Callable
from datetime import date, timedelta
from functools import wraps

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from plans.services.visits import VisitStep, count_visit
from trials.views.days import public_today
from trials.views.visitors import is_machine

COOKIE, SALT = "visits", "trials.visits"
COOKIE_AGE = timedelta(days=1)
STEPS = list(VisitStep)
View = Callable[[HttpRequest, str], HttpResponse]


def counts_visits(step: VisitStep) -> Callable[[View], View]:
    """A page of a product that is a step of a visit; what a form sends on from it is a sign-up."""

    def counting(view: View) -> View:
        @wraps(view)
        def counted(request: HttpRequest, product: str) -> HttpResponse:
            response = view(request, product)
            if _is_person(request):
                _count(request, response, product, _reached(request, response, step))
            return response

        return counted

    return counting


def _reached(request: HttpRequest, response: HttpResponse, step: VisitStep) -> VisitStep | None:
    if request.method == "POST":
        return VisitStep.SIGNUP if response.status_code == 302 else None
    return step if request.method == "GET" and response.status_code == 200 else None


def _count(request: HttpRequest, response: HttpResponse, product: str, reached: VisitStep | None) -> None:
    """Each step that this browser reached today and that was not counted yet, with those before it."""
    if reached is None:
        return
    today = public_today()
    seen = _seen(request, today)
    before = seen.get(product, 0)
    steps = STEPS[before : STEPS.index(reached) + 1]
    if steps:
        count_visit(product=product, on=today, steps=steps)
        _keep(response, today, {**seen, product: before + len(steps)})


def _seen(request: HttpRequest, today: date) -> dict[str, int]:
    """How many steps of each product were counted today, by the cookie; nothing by that of another day or a stranger's."""
    try:
        on, seen = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT)
        return {str(product): int(count) for product, count in seen.items()} if on == str(today) else {}
    except (
        signing.BadSignature,
        ValueError,
        TypeError,
        AttributeError,
    ):  # none, a stranger's, or one of an older shape
        return {}


def _keep(response: HttpResponse, today: date, seen: dict[str, int]) -> None:
    response.set_cookie(
        COOKIE,
        signing.dumps([str(today), seen], salt=SALT),
        max_age=COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _is_person(request: HttpRequest) -> bool:
    ahead = request.headers.get("Sec-Purpose", "") or request.headers.get("Purpose", "")
    return not (is_machine(request) or "prefetch" in ahead or getattr(request.user, "is_staff", False))
