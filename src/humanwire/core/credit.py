"""Credits: amounts in whole millionths, and what a project may still spend."""

from decimal import Decimal
from typing import Literal

from msgspec import Struct

MICRO = 1_000_000
"""A credit in the unit that everything is summed up in."""
MOST = 1_000_000_000
"""Credits in one entry, one price or one limit, at most."""

EntryKind = Literal["charge", "top_up", "adjustment"]


class Account(Struct, frozen=True):
    """How a project stands: its balance, and what its open tasks cost once they are answered."""

    balance: int
    held: int

    def available(self, limit: int | None) -> int | None:
        """What can still be asked for; None without a limit."""
        return None if limit is None else limit + self.balance - self.held


def micro(amount: float | Decimal) -> int:
    """Put an amount of credits into millionths, by the digits that it is written with."""
    return int((Decimal(str(amount)) * MICRO).to_integral_value())


def is_amount(amount: float | Decimal) -> bool:
    """Tell whether millionths can say it exactly, and it is no more than MOST either way."""
    exact = Decimal(str(amount))
    if not exact.is_finite() or abs(exact) > MOST:
        return False
    return exact * MICRO == micro(exact)


def credit(millionths: int) -> float:
    """Put millionths back into credits, for showing; a whole number is written as one."""
    whole, rest = divmod(millionths, MICRO)
    return millionths / MICRO if rest else whole
