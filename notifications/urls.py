"""The demo's page of messages on the public host, to be included under `/demo/pesan/`."""

from django.urls import path

from notifications.views import demo as views

app_name = "demo_messages"
urlpatterns = [
    path("", views.list_messages, name="list"),
    path("surat/<slug:name>/", views.show_mail, name="mail"),
    path("<slug:schema>/<uuid:message_id>/", views.show_message, name="message"),
    path("<slug:schema>/<uuid:message_id>/isi/", views.show_body, name="body"),
]
