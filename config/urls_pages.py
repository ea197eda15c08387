"""Addresses that every host has; included by both URL configurations."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from config.gallery import show_gallery
from config.pages import show_theme

urlpatterns: list[URLPattern | URLResolver] = [
    path("theme/<str:accent>.css", show_theme, name="theme"),
    path("i18n/", include("django.conf.urls.i18n")),
]
if settings.DEMO or settings.DEBUG:
    urlpatterns.append(path("dev/gallery/", show_gallery, name="gallery"))
