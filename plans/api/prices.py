"""Price lists in answers: rows by size, as the catalogue and a quote show them."""

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from plans.api.fields import QuantityText
from plans.rules.catalogue import Charge, When
from plans.rules.price_list import PriceRow, price_lists
from tenants.api.fields import Output


class PriceRowOutput(Output):
    """One size. One of `unit_price`, `fee` (rupiah of one period) and `rate` (a share of an amount) is set; a graduated
    list may have a unit price and a fee."""

    start = QuantityText(help_text="The first quantity of this size.")
    up_to = QuantityText(allow_null=True, help_text="The last quantity, included; null: no upper end.")
    name = serializers.CharField(allow_null=True)
    unit_price = QuantityText(allow_null=True)
    fee = QuantityText(allow_null=True)
    rate = QuantityText(allow_null=True)


class PriceListOutput(Output):
    """The prices of one charge."""

    charge = serializers.CharField()
    plans = serializers.ListField(child=serializers.CharField())
    interval_months = serializers.IntegerField()
    when = serializers.ChoiceField(choices=[item.value for item in When])
    quantity = serializers.CharField(help_text="reported, one, or the code of an add-on or a meter.")
    model = serializers.CharField()
    description = serializers.CharField()
    rows = PriceRowOutput(many=True)


def shape_prices(charges: Sequence[Charge], language: str) -> list[dict[str, Any]]:
    """One list for each charge, in the book's order."""
    return [
        {
            "charge": item.charge.code,
            "plans": list(item.charge.plans),
            "interval_months": item.charge.interval_months,
            "when": item.charge.when.value,
            "quantity": item.charge.quantity,
            "model": item.charge.pricing["model"],
            "description": item.charge.description.of(language),
            "rows": [_shape_row(row, language) for row in item.rows],
        }
        for item in price_lists(charges)
    ]


def _shape_row(row: PriceRow, language: str) -> dict[str, Any]:
    return {
        "start": row.from_,
        "up_to": row.to,
        "name": row.name.of(language) if row.name else None,
        "unit_price": row.unit_price,
        "fee": row.fee,
        "rate": row.rate,
    }
