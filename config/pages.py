"""Pages that both kinds of host share: the stylesheet of a product's accent."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from config.theme import product_stylesheet

A_DAY = 24 * 60 * 60


@require_safe
@cache_control(public=True, max_age=A_DAY)
def show_theme(request: HttpRequest, accent: str) -> HttpResponse:
    """The stylesheet of one accent. The colour is in the address: no database is asked, and browsers keep it."""
    try:
        stylesheet = product_stylesheet(accent)
    except ValueError as error:
        raise Http404(str(error)) from error
    return HttpResponse(stylesheet, content_type="text/css; charset=utf-8")
