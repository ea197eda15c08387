"""The agreement with a tenant and the quantities it reported."""

from decimal import Decimal

from django.db import models

from billing.models.agreements import AgreementField
from billing.rules.agreement import Agreement
from billing.rules.lifecycle import Status
from tenants.models.ids import new_id


class Subscription(models.Model):
    """One agreement from sign-up to its end; at most one lives at a time.

    `agreement` is frozen when it is made: price book, charges, payment terms, reminder plan. Staff change its terms with a
    reason, a change of plan replaces its prices, nothing else does. `scheduled_change` waits for the next period
    (`billing.selectors.scheduled`); `change_ledger` is what the changes of the running period added up to
    (`billing.rules.changes.Ledger`). `billed_quantity` is the count that a rise is measured from (X8). `locked_prices` maps
    a charge to the unit price held within the running term (X3).

    What is billed beside the periods (once, in arrears, in another rhythm, add-ons) keeps its place here: `addons` maps an
    add-on to how many are held, `charged` a charge to how far it was billed (`billing.rules.progress`), `read` a meter to what
    it read on each day that is not billed yet, and `side_due_on` is the next day one of the charges is due. A daily visit
    need not look further: the reports themselves stay in `QuantityReport`.

    `price_told_to` is the first day of the latest price book whose announcement has been seen to, `price_notice_on` the day on
    which the next one is (X4, `billing.services.subscriptions.price_notices`). `renewed_early` is the next term where it was
    billed ahead (`billing.rules.renewals.Renewed`): taken when it begins, and until then the running period stays as it is.
    `schedule` holds what was bought and is billed later: instalments with their days, milestones without
    (`billing.rules.schedules.Scheduled`), `gathered` rises that wait for the next invoice (`billing.rules.gathering`).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    product_code = models.CharField(max_length=60)
    plan_code = models.CharField(max_length=60)
    book_code = models.CharField(max_length=60)
    status = models.CharField(max_length=12, choices=[(item.value, item.value) for item in Status])
    agreement = AgreementField()
    quantity = models.DecimalField(max_digits=18, decimal_places=0)
    billed_quantity = models.DecimalField(max_digits=18, decimal_places=0, default=Decimal(0))
    locked_prices = models.JSONField(default=dict)
    signed_up_on = models.DateField()
    trial_ends_on = models.DateField(null=True)
    billing_starts_on = models.DateField(null=True)
    anchor_day = models.PositiveSmallIntegerField()
    period_from = models.DateField(null=True)
    period_to = models.DateField(null=True)
    next_period_on = models.DateField(null=True)
    addons = models.JSONField(default=dict, db_default={})
    charged = models.JSONField(default=dict, db_default={})
    read = models.JSONField(default=dict, db_default={})
    side_due_on = models.DateField(null=True)
    cancel_on = models.DateField(null=True)
    cancel_reason = models.CharField(max_length=300, blank=True)
    suspended_on = models.DateField(null=True)
    paused_on = models.DateField(null=True)
    paused_until = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    reminded_through = models.DateField(null=True)
    scheduled_change = models.JSONField(null=True)
    change_ledger = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    price_notice_on = models.DateField(null=True)
    price_told_to = models.DateField(null=True)
    renewed_early = models.JSONField(null=True)
    schedule = models.JSONField(null=True)
    gathered = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.Value(1), name="subscription_one_lives", condition=models.Q(ended_on__isnull=True)
            ),
            models.CheckConstraint(condition=models.Q(quantity__gte=0), name="subscription_quantity_not_negative"),
            models.CheckConstraint(
                condition=models.Q(ended_on__isnull=True) | models.Q(status=Status.ENDED.value),
                name="subscription_ended_says_so",
            ),
            models.CheckConstraint(
                condition=models.Q(status=Status.SUSPENDED.value, suspended_on__isnull=False)
                | (~models.Q(status=Status.SUSPENDED.value) & models.Q(suspended_on__isnull=True)),
                name="subscription_suspended_since",
            ),
            models.CheckConstraint(
                condition=models.Q(status=Status.PAUSED.value, paused_on__isnull=False, paused_until__isnull=False)
                | (~models.Q(status=Status.PAUSED.value) & models.Q(paused_on__isnull=True, paused_until__isnull=True)),
                name="subscription_paused_since",
            ),
            models.CheckConstraint(
                condition=models.Q(period_from__isnull=True) | models.Q(period_to__gt=models.F("period_from")),
                name="subscription_period_has_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_code} ({self.status})"

    @property
    def terms(self) -> Agreement:
        """The frozen agreement as the rules take it."""
        agreement: Agreement = self.agreement
        return agreement


class QuantityReport(models.Model):
    """A count somebody or some program reported, and what became of it. `key` makes a repeated report harmless.

    `measure` is empty for the tenant's own count, else the code of the add-on that was changed or of the meter that was
    read (then `quantity` is what happened on that day, and a period's usage is their sum). A report of usage that corrects
    another one says the whole of it anew; `previous` is what stood there before, so sums take their difference.

    `document_number` is the invoice that a count caused. Usage causes none by itself: there it names the report that is
    corrected, by the hex of its id (a column more would cost every tenant a TOAST table).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="reports", db_index=False)
    measure = models.CharField(max_length=32, default="", db_default="", blank=True)
    on = models.DateField()
    quantity = models.DecimalField(max_digits=18, decimal_places=0)
    previous = models.DecimalField(max_digits=18, decimal_places=0)
    source = models.CharField(max_length=20)
    reported_by = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=128, null=True)  # noqa: DJ001  # unique, and null is not equal to null
    outcome = models.CharField(max_length=30)
    document_number = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], name="quantity_report_once"),
            models.CheckConstraint(condition=models.Q(quantity__gte=0), name="quantity_report_not_negative"),
        ]
