"""A member's messages, included under `/pesan/` of a tenant's host."""

from django.urls import path

from notifications.views import inbox

urlpatterns = [
    path("", inbox.show_inbox, name="inbox"),
    path("dibaca/", inbox.mark_all_read, name="inbox_read"),
    path("<uuid:message_id>/", inbox.show_message, name="message"),
]
