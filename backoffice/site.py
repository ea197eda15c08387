"""The operator's admin site: who gets in, and through which door."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.sites import UnfoldAdminSite

from tenants.permissions import staff_may

# Roles are fixed groups; addresses and second factors belong to their owners; the schedule stands in the settings.
HIDDEN = frozenset({"account", "auth", "django_celery_beat", "mfa", "sites"})


class OperatorSite(UnfoldAdminSite):
    """Opens on queues. Logs in through the one login page, so that a second factor is asked for here, too."""

    index_template = "operator/home.html"
    index_title = gettext_lazy("Antrean kerja")

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """As ever, but for what other apps bring that nobody here should edit by hand."""
        models: list[Any] = [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        shown = [model for model in models if model._meta.app_label not in HIDDEN]
        super().register(shown, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff with a role, and superusers."""
        return staff_may(request.user, "view")

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Never Django's own form, which knows no second factor."""
        if request.user.is_authenticated:
            raise PermissionDenied(_("Halaman ini hanya untuk staf yang sudah diberi peran."))
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"), settings.LOGIN_URL)

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The theme's own search finds models; the operator looks for customers."""
        return HttpResponseRedirect(f"{reverse('operator_search')}?{urlencode({'q': request.GET.get('s', '')})}")
