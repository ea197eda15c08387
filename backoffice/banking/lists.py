"""Statements and their lines to look things up in; what is done to a line has a page of its own."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from backoffice.frame.base import OperatorAdmin, key_of, person, tenant_link
from billing.gateways.statements.models import BankLine, BankStatement
from billing.templatetags.langganan import rupiah


@admin.register(BankStatement)
class BankStatementAdmin(OperatorAdmin):
    """Files as imported, newest first."""

    importer = person("imported_by", gettext_lazy("diimpor oleh"))
    list_display = ("file_name", "bank", "account", "state", "first_on", "last_on", "new_count", "importer")
    list_select_related = ("imported_by",)
    list_filter = ("state", "bank")
    search_fields = ("file_name", "=account")
    ordering = ("-created_at",)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Shown on a page of its own."""
        return HttpResponseRedirect(reverse("operator_statement", kwargs={"statement_id": key_of(object_id)}))


@admin.register(BankLine)
class BankLineAdmin(OperatorAdmin):
    """All lines, whatever became of them."""

    list_display = ("on", "came", "description", "state", "customer", "automatic", "account")
    list_filter = ("state", "account", "automatic", "ignored_as")
    list_select_related = ("tenant",)
    search_fields = ("description", "tenant__name", "=amount", "=reference")
    ordering = ("-on", "-row")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Decided on a page of its own."""
        return HttpResponseRedirect(reverse("operator_bank_line", kwargs={"line_id": key_of(object_id)}))

    @admin.display(description=gettext_lazy("jumlah"), ordering="amount")
    def came(self, line: BankLine) -> str:
        """With its direction."""
        return rupiah(line.amount) if line.incoming else f"− {rupiah(line.amount)}"

    @admin.display(description=gettext_lazy("tenant"), ordering="tenant__name")
    def customer(self, line: BankLine) -> SafeString | str:
        """Whose payment it is."""
        return tenant_link(line.tenant) if line.tenant else format_html("{}", "–")
