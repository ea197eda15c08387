"""The checklist of a pilot (C3)."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.shapes import language
from plans.models import PilotDuty
from plans.rules.parts import Text
from tenants.api.fields import Input, Output, TextField, read
from tenants.api.idempotency import idempotent
from tenants.api.views import TenantView
from trials.services.pilots import finish_duty


class DutyInput(Input):
    """Which duty, and what was done."""

    code = TextField(max_length=32)
    note = TextField(min_length=5, max_length=500)


class DutyOutput(Output):
    """A duty of the tenant."""

    code = serializers.CharField()
    name = serializers.CharField()
    due_on = serializers.DateField()
    done_on = serializers.DateField(allow_null=True)
    note = serializers.CharField()
    is_late = serializers.BooleanField()


class PilotOutput(Output):
    """All of them; none for a tenant that is no pilot."""

    duties = DutyOutput(many=True)


class PilotView(TenantView):
    """The checklist."""

    @extend_schema(operation_id="getPilot", tags=["subscription"], responses=PilotOutput)
    def get(self, request: Request) -> Response:
        """What the pilot has promised, until when, and what is done."""
        return Response(PilotOutput({"duties": self._duties()}).data)

    @extend_schema(operation_id="finishDuty", tags=["subscription"], request=DutyInput, responses=PilotOutput)
    @idempotent
    def post(self, request: Request) -> Response:
        """Say that a duty is done. 404 `duty_not_found`, 409 `duty_done`."""
        given = read(DutyInput, request.data)
        finish_duty(tenant=self.tenant, code=given["code"], note=given["note"], today=self.today)
        return Response(PilotOutput({"duties": self._duties()}).data)

    def _duties(self) -> list[dict[str, Any]]:
        return [
            {name: getattr(duty, name) for name in ("code", "due_on", "done_on", "note")}
            | {
                "name": Text.model_validate(duty.name).of(language()),
                "is_late": duty.done_on is None and duty.due_on < self.today,
            }
            for duty in PilotDuty.objects.filter(tenant=self.tenant)
        ]
