"""Addresses that every host has; included by both URL configurations."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, path

from config.gallery import show_gallery
from config.pages import show_theme, switch_language

urlpatterns: list[URLPattern | URLResolver] = [
    path("theme/<str:accent>.css", show_theme, name="theme"),
    path("i18n/setlang/", switch_language, name="set_language"),
]
if settings.DEMO or settings.DEBUG:
    urlpatterns.append(path("dev/gallery/", show_gallery, name="gallery"))
