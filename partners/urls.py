"""Partners' statements on the public host."""

from django.urls import path

from partners.views import statements

urlpatterns = [
    path("mitra/<str:token>/", statements.show_statement, name="statement"),
    path("mitra/<str:token>/komisi.csv", statements.download_csv, name="statement_csv"),
    path("mitra/<str:token>/komisi.pdf", statements.download_pdf, name="statement_pdf"),
]
