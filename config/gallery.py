"""All components and public pages on one address, to look at them while designing; routed only in the demo."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config.gallery_samples import ACCENTS, PAGES


@require_safe
def show_gallery(request: HttpRequest) -> HttpResponse:
    """Render one sample page: `?show=` a key of `PAGES`, `?accent=` a product code."""
    name = request.GET.get("show", "components")
    if name not in PAGES:
        raise Http404(_("Halaman contoh itu tidak ada."))
    template, build = PAGES[name]
    accent = ACCENTS.get(request.GET.get("accent", "xclass"), ACCENTS["xclass"])
    return render(request, template, {"accent": accent, **build()})
