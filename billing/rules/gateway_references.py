"""What the gateway's payments are called in the books: one reference for each transaction and tenant."""

CHANNEL = "midtrans"
_LONGEST = 50


def gateway_reference(transaction_id: str, schema: str) -> str:
    """ "midtrans:9aed5972-…:t_sman1": by it the same money is booked once, whatever told of it."""
    return f"{CHANNEL}:{transaction_id[:_LONGEST]}:{schema}"


def transaction_in(reference: str) -> str:
    """The gateway's transaction in such a reference; "" in any other: "midtrans:9aed5972:t_sman1" → "9aed5972"."""
    parts = reference.split(":")
    return parts[1] if parts[0] == CHANNEL and len(parts) == 3 else ""


def schema_in(reference: str) -> str:
    """The schema in such a reference; "" in any other: "midtrans:9aed5972:t_sman1" → "t_sman1"."""
    return reference.rsplit(":", 1)[1] if transaction_in(reference) else ""
