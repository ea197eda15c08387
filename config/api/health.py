"""POST /health-reports: what a product measured of a tenant, for its health score (C12)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backoffice.health.words import health_fault
from plans.api.fields import QuantityText
from plans.errors import PricingError
from plans.rules.money import parse_decimal
from reports.rules.health_reports import REPORTED, Fact, Outcome, ReusedId, TooManyVersions, fault_of
from reports.rules.health_table import Measure
from reports.services.health_reports import Said, Source, keep_reports
from tenants.api.authentication import key_of
from tenants.api.fields import MESSAGES, DayField, Input, OneOfField, Output, TextField, read
from tenants.api.idempotency import idempotent
from tenants.api.views import TenantView
from tenants.errors import Conflict, DomainError

MOST = 20
MEASURES = [measure.value for measure in REPORTED]
VALUE_IN = {
    "oneOf": [
        {"type": "string", "pattern": r"^[0-9]{1,4}(\.[0-9])?$"},
        {"type": "number", "minimum": 0, "maximum": 9999, "multipleOf": 0.1},
    ],
    "description": "usage: days of the last seven on which somebody worked with the product, 0–7. adoption: percent of the "
    "features that are used, 0–100. tickets: asked for help in the last month, 0–9999. nps: the answer, 0–10.",
    "examples": ["5"],
}


@extend_schema_field(VALUE_IN)
class ValueField(serializers.Field[Decimal, Any, str, Any]):
    """A number, as it is or as its digits."""

    default_error_messages = MESSAGES

    def to_internal_value(self, data: Any) -> Decimal:
        """Anything else is `not_a_number`."""
        try:
            return parse_decimal(data, "value")
        except PricingError as error:
            raise serializers.ValidationError(error.message, error.code) from error


class HealthFactInput(Input):
    """A measure of a day. Said again with another value it is corrected."""

    measure = OneOfField(MEASURES)
    value = ValueField()
    on = DayField(
        required=False, help_text="The tenant's own today if left out; at most 400 days ago, never in the future."
    )
    external_id = TextField(
        required=False,
        max_length=120,
        help_text="Your own name of this value: sent again, even after a correction, it changes nothing.",
    )


class HealthReportsInput(Input):
    """Facts of one tenant, at most 20; all are taken, or none."""

    facts = serializers.ListField(child=HealthFactInput(), min_length=1, max_length=MOST)


class HealthFactOutput(Output):
    """What became of a fact."""

    measure = serializers.ChoiceField(choices=MEASURES)
    on = serializers.DateField()
    value = QuantityText()
    external_id = serializers.CharField(allow_null=True)
    outcome = serializers.ChoiceField(choices=[outcome.value for outcome in Outcome])


class HealthReportsOutput(Output):
    """The facts in the order in which they were sent."""

    facts = HealthFactOutput(many=True)


class HealthReportsView(TenantView):
    """What a product measured."""

    opens_schema = False

    @extend_schema(
        operation_id="reportHealth",
        tags=["health"],
        request=HealthReportsInput,
        responses={201: HealthReportsOutput},
        examples=[
            OpenApiExample(
                "Used on 5 of 7 days",
                {"facts": [{"measure": "usage", "value": "5", "on": "2025-03-01", "external_id": "usage-2025-w09"}]},
                request_only=True,
            )
        ],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Say how a tenant uses the product. Only a product's key may; days may come late, and a new value corrects the old.

        The score that follows is the operator's alone.
        """
        facts = self._facts(read(HealthReportsInput, request.data)["facts"])
        key = key_of(request)
        source = Source("api", key.name if key else "", self.now)
        try:
            outcomes = keep_reports(said=[Said(self.tenant.pk, fact) for fact in facts], source=source)
        except ReusedId as error:
            said = _("external_id “%(name)s” sudah dipakai untuk nilai lain.") % {"name": error}
            raise Conflict(said, field="facts", code="external_id_reused") from error
        except TooManyVersions as error:
            said = _("Nilai hari ini sudah terlalu sering diperbaiki.")
            raise Conflict(said, field="facts", code="too_many_corrections") from error
        return Response(HealthReportsOutput({"facts": list(map(_told, facts, outcomes))}).data, 201)

    def _facts(self, given: Sequence[dict[str, Any]]) -> list[Fact]:
        facts = [
            Fact(Measure(item["measure"]), item["value"], item.get("on", self.today), item.get("external_id", ""))
            for item in given
        ]
        places = set[tuple[Measure, Any]]()
        for at, fact in enumerate(facts):
            field, code = fault_of(fact, self.today)
            if code:
                raise DomainError(health_fault(code, fact.measure), field=f"facts[{at}].{field}", code=code)
            if (fact.measure, fact.on) in places:
                raise DomainError(health_fault("twice"), field=f"facts[{at}].measure", code="twice")
            places.add((fact.measure, fact.on))
        return facts


def _told(fact: Fact, outcome: Outcome) -> dict[str, Any]:
    return {
        "measure": fact.measure.value,
        "on": fact.on,
        "value": fact.value,
        "external_id": fact.external_id or None,
        "outcome": outcome.value,
    }
