"""Which state of one gateway transaction may follow which. An order may have several transactions: key on theirs."""

_NEXT: dict[str, frozenset[str]] = {
    "pending": frozenset({"settlement", "capture", "challenge", "deny", "cancel", "expire"}),
    "authorize": frozenset({"capture", "challenge", "cancel"}),
    "challenge": frozenset({"capture", "settlement", "deny", "cancel", "expire"}),
    "capture": frozenset({"settlement", "cancel"}),
    # A settlement can be reversed minutes later (Permata, Mandiri Bill, Indomaret).
    "settlement": frozenset({"refund", "partial_refund", "chargeback", "partial_chargeback", "deny"}),
    # These may repeat: each further part is a change.
    "partial_refund": frozenset({"partial_refund", "refund"}),
    "partial_chargeback": frozenset({"partial_chargeback", "chargeback"}),
}
# Of the gateway's two words for money received the one that all others may follow.
RECEIVED = "capture"
_CLOSED = frozenset({"deny", "cancel", "expire", "refund", "chargeback"})
STATES = frozenset(_NEXT) | _CLOSED


def _reachable(state: str) -> frozenset[str]:
    """Every state that can come after this one, directly or with notices in between that were lost."""
    found: set[str] = set()
    open_states = set(_NEXT.get(state, frozenset()))
    while open_states:
        found |= open_states
        open_states = {later for near in open_states for later in _NEXT.get(near, frozenset())} - found
    return frozenset(found)


_LATER = {state: _reachable(state) for state in STATES}


def may_follow(old: str, new: str) -> bool:
    """Whether `new` is news after `old`, both as `GatewayStatus.state`; "" as `old` is a transaction not seen before.

    Steps may be skipped, never undone: pending → refund is true (the settlement's notice was lost), settlement →
    pending is false (it came late), settlement → settlement is false (a duplicate).
    """
    return new in (_LATER.get(old, frozenset()) if old else STATES)


def is_late_payment(old: str, new: str) -> bool:
    """Whether money came in for a transaction that was over: not in the table, yet it happens.

    Where the gateway's status confirms it, it is booked (to the invoice or as credit) and staff are told.
    """
    return old in {"expire", "cancel", "deny"} and new in {"capture", "settlement"}
