"""Pages that both kinds of host share: the stylesheet of a product's accent."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import check_for_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language

from config.theme import product_stylesheet
from tenants.models import User

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


@require_POST
def switch_language(request: HttpRequest) -> HttpResponse:
    """Remember the language in the browser, and with the login of whoever is logged in."""
    language = request.POST.get("language", "")
    # Staff who look on as a member must not change the member's own choice.
    own = getattr(request, "impersonation", None) is None
    if request.user.is_authenticated and own and language in {"id", "en"} and check_for_language(language):
        User.objects.filter(pk=request.user.pk).update(language=language)
    return set_language(request)
