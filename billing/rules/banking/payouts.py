"""Which days of the gateway's settlement report a line of the bank pays out."""

from collections.abc import Mapping
from datetime import date, timedelta

# A gateway sends a day's money on the next working day; a long weekend comes as one sum.
MOST_DAYS = 5
SENT_WITHIN = timedelta(days=7)


def paid_out(nets: Mapping[date, int], on: date, amount: int) -> tuple[date, ...]:
    """The days whose net sums (rupiah, after fees and what went back) make just `amount` that came `on` a day; empty: none do.

    `nets` are the days nobody has matched yet. They follow one another without a day between that has money as well; of several
    that fit, the oldest. 745.560 of 6 March and 595.560 of 7 March: 745.560 on the 7th is the 6th, 1.341.120 both.
    """
    days = [day for day in sorted(nets) if on - SENT_WITHIN <= day <= on]
    for first in range(len(days)):
        for last in range(first + 1, min(first + MOST_DAYS, len(days)) + 1):
            if sum(nets[day] for day in days[first:last]) == amount:
                return tuple(days[first:last])
    return ()
