"""Addresses of the public pages."""

from django.urls import path
from django.views.generic import TemplateView

from tenants.views.handoff import arrive_in_public
from trials.views import organisations, prices, signups, tenancies

urlpatterns = [
    path("", prices.show_home, name="home"),
    path("harga/<slug:product>/", prices.show_prices, name="prices"),
    path("harga/<slug:product>/hitung/", prices.show_quote, name="quote"),
    path("daftar/proses/<str:signed>/", signups.show_progress, name="signup_progress"),
    path("daftar/proses/<str:signed>/coba-lagi/", signups.retry, name="signup_retry"),
    path("daftar/proses/<str:signed>/batal/", signups.withdraw, name="signup_withdraw"),
    path("daftar/<slug:product>/", signups.sign_up, name="signup"),
    path("daftar/<slug:product>/harga/", signups.show_price, name="signup_price"),
    path("daftar/<slug:product>/alamat/", signups.show_address, name="signup_address"),
    path("ketentuan/", TemplateView.as_view(template_name="public/terms.html"), name="terms"),
    path("masuk-dengan/<str:token>/", arrive_in_public, name="handoff_public"),
    path("lembaga/", tenancies.show_tenancies, name="tenancies"),
    path("lembaga/<slug:subdomain>/masuk/", tenancies.enter_tenant, name="enter_tenant"),
    path("organisasi/", organisations.found, name="organisation_new"),
    path("organisasi/<uuid:organisation_id>/", organisations.show, name="organisation"),
    path("organisasi/<uuid:organisation_id>/bayar/", organisations.pay, name="organisation_pay"),
    path("organisasi/<uuid:organisation_id>/bayar/jumlah/", organisations.show_total, name="organisation_total"),
    path(
        "organisasi/<uuid:organisation_id>/laporan/<slug:slug>/",
        organisations.download_month,
        name="organisation_month",
    ),
    path("organisasi/<uuid:organisation_id>/ajak/", organisations.ask, name="organisation_ask"),
    path(
        "organisasi/<uuid:organisation_id>/ajakan/<uuid:invite_id>/batal/",
        organisations.take_back,
        name="organisation_take_back",
    ),
    path(
        "organisasi/<uuid:organisation_id>/lembaga/<uuid:tenant_id>/keluarkan/",
        organisations.let_go,
        name="organisation_let_go",
    ),
    path("organisasi/<uuid:organisation_id>/pengelola/", organisations.add_place, name="organisation_add_place"),
    path(
        "organisasi/<uuid:organisation_id>/pengelola/<uuid:place_id>/keluarkan/",
        organisations.remove_place,
        name="organisation_remove_place",
    ),
]
