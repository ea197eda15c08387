"""POST /signups: a tenant signs up; its schema is made in the background, and its progress can be asked for."""

from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from plans.api.fields import QuantityField, anchor_field
from tenants.api.authentication import key_of
from tenants.api.fields import Input, OneOfField, Output, TextField, WholeNumberField, read, read_query
from tenants.api.idempotency import idempotent
from tenants.api.throttling import KeyThrottle, SignupThrottle
from tenants.api.views import ApiView
from tenants.errors import NotAllowed, NotFound
from tenants.models import Tenant, User
from tenants.selectors.addresses import public_address, tenant_address
from trials.api.visitors import taken_by, visitor_field
from trials.services.provisioning import STEPS
from trials.services.signups import Signup, request_signup
from trials.tasks import provision

STATES = ["pending", "running", "ready", "failed"]
_signer = Signer(salt="trials.api.signups")


class SignupInput(Input):
    """Who signs up for what. What `registration` asks for stands in the catalogue."""

    product = TextField(max_length=60)
    quantity = QuantityField()
    name = TextField(min_length=2, max_length=200)
    subdomain = TextField(max_length=40, help_text="3–40 small letters, digits, single dashes; begins with a letter.")
    contact_name = TextField(min_length=2, max_length=200)
    contact_email = TextField(max_length=254)
    contact_phone = TextField(required=False, allow_blank=True, max_length=30)
    plan = TextField(required=False, max_length=60)
    interval_months = WholeNumberField(required=False, min_value=1, max_value=60)
    anchor = anchor_field()
    addons = serializers.DictField(child=QuantityField(), required=False, help_text="How many of each add-on.")
    offers = serializers.ListField(child=TextField(max_length=60), required=False, max_length=10, help_text="Codes.")
    referral = TextField(
        required=False, allow_blank=True, max_length=60, help_text="Who brought you along: their code."
    )
    timezone = OneOfField(Tenant.TimeZone.values, required=False)
    language = OneOfField(["id", "en"], required=False)
    address = TextField(required=False, allow_blank=True, max_length=300)
    registration = serializers.DictField(child=TextField(max_length=200, allow_blank=True), required=False)
    password = TextField(
        required=False, min_length=10, max_length=128, trim_whitespace=False, help_text="Makes the contact a login."
    )
    visitor = visitor_field()


class SignupOutput(Output):
    """How far it has come. The tenant's host answers once `status` is `ready`."""

    id = serializers.UUIDField()
    token = serializers.CharField(help_text="Asks for the progress; keep it to yourself.")
    status = serializers.ChoiceField(choices=STATES)
    step = serializers.IntegerField()
    steps = serializers.IntegerField()
    error = serializers.CharField(allow_null=True)
    subdomain = serializers.CharField()
    address = serializers.URLField()
    progress = serializers.URLField()


class SignupsView(ApiView):
    """Signing up."""

    throttle_classes = [KeyThrottle, SignupThrottle]

    @extend_schema(
        operation_id="createSignup",
        tags=["signup"],
        request=SignupInput,
        responses={202: SignupOutput, 403: None},
        examples=[
            OpenApiExample(
                "A school",
                {
                    "product": "xclass",
                    "quantity": "150",
                    "name": "SMAN 1 Bandung",
                    "subdomain": "sman1-bandung",
                    "contact_name": "Ayu Lestari",
                    "contact_email": "ayu@sman1.sch.id",
                    "registration": {"npsn": "20219311"},
                },
                request_only=True,
            )
        ],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Sign up. Everything is checked at once; the tenant is made in the background."""
        given = read(SignupInput, request.data)
        key = key_of(request)
        if key is not None and key.product_code != given["product"]:
            raise NotAllowed(_("Kunci ini bukan untuk produk itu."), field="product", code="wrong_product")
        _check_password(given.get("password"), given["contact_email"])
        zone = ZoneInfo(given.get("timezone", Tenant.TimeZone.WIB.value))
        today = self.now.astimezone(zone).date()
        taken = taken_by(given.pop("visitor", None), given["product"], today, today)
        tenant = request_signup(signup=Signup(**given, taken=taken), now=self.now)
        transaction.on_commit(partial(provision.delay, str(tenant.pk)))
        return Response(SignupOutput(_shape(tenant)).data, 202)


def _check_password(password: str | None, email: str) -> None:
    if password is None:
        return
    try:
        validate_password(password, User(email=email))
    except ValidationError as error:
        first = error.error_list[0]
        refused = serializers.ErrorDetail(" ".join(error.messages), code=str(first.code or "invalid"))
        raise serializers.ValidationError({"password": [refused]}) from error


class ProgressQuery(Input):
    """The token of the sign-up's answer."""

    token = TextField(max_length=100)


class SignupProgressView(ApiView):
    """Progress."""

    @extend_schema(
        operation_id="getSignup",
        tags=["signup"],
        parameters=[
            OpenApiParameter("signup", {"type": "string", "format": "uuid"}, OpenApiParameter.PATH),
            OpenApiParameter("token", {"type": "string", "maxLength": 100, "minLength": 1}, required=True),
        ],
        responses=SignupOutput,
    )
    def get(self, request: Request, signup: UUID) -> Response:
        """How far the sign-up has come; 404 for a wrong token as for an unknown id."""
        token = read_query(ProgressQuery, request.query_params)["token"]
        try:
            _signer.unsign(f"{signup}:{token}")
            tenant = Tenant.objects.get(pk=signup)
        except (BadSignature, Tenant.DoesNotExist) as error:
            raise NotFound(_("Pendaftaran ini tidak ada."), code="signup_not_found") from error
        return Response(SignupOutput(_shape(tenant)).data)


def _shape(tenant: Tenant) -> dict[str, Any]:
    token = _signer.signature(str(tenant.pk))
    return {
        "id": tenant.pk,
        "token": token,
        "status": tenant.provisioning,
        "step": tenant.provisioning_step,
        "steps": STEPS,
        "error": tenant.provisioning_error or None,
        "subdomain": tenant.subdomain,
        "address": tenant_address(tenant),
        "progress": public_address(f"/api/v1/signups/{tenant.pk}?token={token}"),
    }
