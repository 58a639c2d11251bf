"""Credits from the command line."""

from collections.abc import Callable
from typing import Any

Call = Callable[..., Any]


def test_credits_are_paid_in_put_right_and_listed(told: Call) -> None:
    told("projects", "create", "shop", "--price", "0.5")
    added = told("credits", "add", "shop", "100.000001", "--note", "Order 7")
    assert (added["kind"], added["amount"], added["balance"]) == ("top_up", 100.000001, 100.000001)
    less = told("credits", "add", "shop", "-0.000001", "--adjust", "--note", "Typing error")
    assert (less["kind"], less["balance"]) == ("adjustment", 100)
    assert told("credits", "ledger", "shop")["entries"] == [less, added]
    assert told("credits", "ledger", "shop", "--before", str(less["id"]))["entries"] == [added]
    shown = told("credits", "limit", "shop", "20")
    assert (shown["balance"], shown["limit"], shown["available"]) == (100, 20, 120)
    assert told("credits", "limit", "shop", "none")["available"] is None
    assert told("credits", "check") == {"projects": 1}
    assert told("projects", "show", "shop")["credit_limit"] is None
