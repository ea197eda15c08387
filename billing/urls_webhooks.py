"""Addresses the gateway calls, on the public host. With and without the last slash: a redirect is never retried."""

from django.urls import re_path

from billing.webhooks import receive_midtrans

urlpatterns = [re_path(r"^webhooks/midtrans/?$", receive_midtrans, name="midtrans_webhook")]
