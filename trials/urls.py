"""Addresses of the public pages."""

from django.urls import path
from django.views.generic import TemplateView

from tenants.views.handoff import arrive_in_public
from trials.views import prices, signups, tenancies

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
]
