"""Which payment of an order a row of the gateway's report tells of, where the report names no transaction."""

from collections.abc import Collection, Mapping


def payment_meant(amount: int, payments: Mapping[str, int], told: Collection[str] = ()) -> str | None:
    """The transaction of a row by its amount; None where it cannot be known. `payments` are those of its order, by transaction.

    750.000 and 600.000 paid, a row of 600.000 → the second. 750.000 twice → None. One payment of 750.000 and a row of
    740.000 → that one, unless another row has told of it (`told`): then there is a payment that nobody knows. Rupiah.
    """
    fitting = [transaction for transaction, paid in payments.items() if paid == amount]
    if not fitting and len(payments) == 1:
        fitting = [transaction for transaction in payments if transaction not in told]
    return fitting[0] if len(fitting) == 1 else None
