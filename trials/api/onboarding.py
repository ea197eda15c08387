"""The stages of getting going (C17)."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.shapes import language
from plans.rules.onboarding import Progress, Step
from plans.selectors.onboarding import onboarding_of, steps_for
from plans.services.onboarding import finish_stage
from tenants.api.fields import FlagField, Input, Output, TextField, read
from tenants.api.idempotency import idempotent
from tenants.api.views import TenantView
from tenants.models import Onboarding


class StageInput(Input):
    """Which stage, and whether it is finished or open again."""

    code = TextField(max_length=32)
    done = FlagField(required=False, help_text="true if left out.")


class StageOutput(Output):
    """A stage of the tenant."""

    code = serializers.CharField()
    name = serializers.CharField()
    who = serializers.ChoiceField(choices=["customer", "staff"], help_text="Who has to do it.")
    begins_on = serializers.DateField()
    due_on = serializers.DateField(help_text="Its last day.")
    state = serializers.ChoiceField(choices=[item.value for item in Progress])
    is_late = serializers.BooleanField()
    done_on = serializers.DateField(allow_null=True)
    done_by = serializers.CharField(allow_null=True)


class OnboardingOutput(Output):
    """All of them in order; none where the plan has none."""

    stages = StageOutput(many=True)


class OnboardingView(TenantView):
    """The stages."""

    @extend_schema(operation_id="getOnboarding", tags=["subscription"], responses=OnboardingOutput)
    def get(self, request: Request) -> Response:
        """Every stage with who has to do it, until when, and how far it is."""
        return Response(OnboardingOutput({"stages": self._stages()}).data)

    @extend_schema(operation_id="finishStage", tags=["subscription"], request=StageInput, responses=OnboardingOutput)
    @idempotent
    def post(self, request: Request) -> Response:
        """Tick off a stage of the customer's own, or take that back. 404 `not_found`, 409 `stage_of_staff`."""
        given = read(StageInput, request.data)
        done = given.get("done", True)
        finish_stage(tenant=self.tenant, code=given["code"], today=self.today, by_customer=True, finished=done)
        return Response(OnboardingOutput({"stages": self._stages()}).data)

    def _stages(self) -> list[dict[str, Any]]:
        row = onboarding_of(self.tenant)
        steps = steps_for(row, self.tenant.product_code, self.today) if row is not None else ()
        return [_shape(step, row) for step in steps if row is not None]


def _shape(step: Step, row: Onboarding) -> dict[str, Any]:
    said = row.done.get(step.stage.code, {})
    return {
        "code": step.stage.code,
        "name": step.stage.name.of(language()),
        "who": step.stage.who,
        "begins_on": step.begins_on,
        "due_on": step.due_on,
        "state": step.progress.value,
        "is_late": step.progress is Progress.LATE,
        "done_on": said.get("on"),
        "done_by": said.get("by"),
    }
