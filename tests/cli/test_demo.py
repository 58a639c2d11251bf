"""The demo from beginning to end: every kind of question asked, and every one ended."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from humanwire.dialects.heat.wire import BODIES


@pytest.mark.timeout(120)
def test_every_question_ends(told: Callable[..., Any]) -> None:
    requests = told("demo", "--seed", "7")["requests"]
    assert {request["type"] for request in requests} == set(BODIES)
    states = Counter(request["status"] for request in requests)
    assert states == {"complete": len(requests) - 1, "flagged": 1}
    disputed = [request for request in requests if request.get("response", "") is None]
    assert [request["instruction"] for request in disputed] == [
        "Which of these words sounds the roundest?"
    ]
    third = [request for request in requests if len(request["raw_responses"]) == 3]
    assert any(request["confidence"]["strategy"] == "majority" for request in third)
