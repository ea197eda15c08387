"""The stand-in's addresses, to be included under `/sandbox/midtrans/` on the public host."""

from django.urls import path

from billing.gateways.sandbox import api, linking, views

app_name = "midtrans_sandbox"
urlpatterns = [
    path("", views.transactions, name="transactions"),
    path("pay/<uuid:token>", views.pay, name="pay"),
    path("pay/<uuid:token>/expire", views.let_page_expire, name="expire_page"),
    path("transactions/<int:pk>/<slug:name>", views.command, name="command"),
    path("notices/<int:pk>/send", views.send_notice, name="send_notice"),
    path("link/<slug:token>", linking.link, name="link"),
    path("tokens", linking.tokens, name="tokens"),
    path("tokens/<int:pk>", linking.set_mood, name="token_mood"),
    # Midtrans' own paths, after its base addresses.
    path("snap/v1/transactions", api.create_page),
    path("snap/v1/transactions/<uuid:token>/cancel", api.close_page),
    path("v2/charge", api.create_charge),
    path("v2/pay/account", api.link_account),
    path("v2/pay/account/<slug:account_id>", api.show_account),
    path("v2/pay/account/<slug:account_id>/unbind", api.unlink_account),
    path("v2/<str:reference>/status", api.show_status),
    path("v2/<str:reference>/cancel", api.cancel),
    path("v2/<str:reference>/expire", api.expire),
    path("v2/<str:reference>/refund", api.refund),
]
