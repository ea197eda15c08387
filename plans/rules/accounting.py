"""The chart of accounts that exports are mapped to."""

from collections.abc import Mapping

from pydantic import Field

from plans.rules.parts import Part


class AccountName(Part):
    """An account of the accounting package."""

    code: str = Field(min_length=1, max_length=40)
    name: str = Field(min_length=1, max_length=100)


class Chart(Part):
    """The journal's accounts by their names there."""

    accounts: Mapping[str, AccountName]

    def of(self, account: str) -> AccountName:
        """The account's own, that of all cash for a channel without one, else its bare name: nothing is ever left out."""
        kind = account.partition(":")[0]
        return self.accounts.get(account) or self.accounts.get(kind) or AccountName(code=account, name=account)
