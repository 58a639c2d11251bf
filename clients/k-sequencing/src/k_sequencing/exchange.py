"""A call and its replies, up to the result: nothing here sends or waits.

A call without a reply, or with 429 or 5xx, is sent again after a pause. That is safe: a creating
call carries an Idempotency-Key, by which the server takes its repetitions for one.
"""

from dataclasses import dataclass
from typing import Any

import httpx2

from k_sequencing.calls import Call, Place
from k_sequencing.errors import TimedOut, Unreachable
from k_sequencing.result import Result, result_in

TOO_MANY, SERVER_FAULT = 429, 500
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
_MOST_DOUBLINGS = 16


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply, read."""

    status: int
    retry_after: float
    body: bytes


def request_of(place: Place, call: Call) -> httpx2.Request:
    """Make what is sent of a call."""
    headers = {"Authorization": place.token, "Accept": "application/json"}
    if call.body is not None:
        headers["Content-Type"] = "application/json"
    if call.idempotency_key is not None:
        headers["Idempotency-Key"] = call.idempotency_key
    return httpx2.Request(
        call.method,
        f"{place.url}/api/{call.path}",
        params=dict(call.query) or None,
        content=call.body,
        headers=headers,
        extensions={"timeout": httpx2.Timeout(place.timeout).as_dict()},
    )


def reply_of(response: httpx2.Response) -> Reply:
    """Take what counts from a reply that was read."""
    asked = response.headers.get("Retry-After", "")
    return Reply(response.status_code, float(asked) if asked.isdecimal() else 0.0, response.content)


def unreachable(error: httpx2.RequestError) -> Unreachable:
    """Say that no reply came, and why."""
    late = isinstance(error, httpx2.TimeoutException)
    lost = TimedOut("No reply in time.") if late else Unreachable(str(error) or "No reply.")
    lost.__cause__ = error
    return lost


def next_step(
    place: Place, sent: int, outcome: Reply | Unreachable, chance: float
) -> Result[Any] | float:
    """Return the result, or the seconds until the call, sent so often so far, is sent again.

    Pauses grow, and differ by `chance` (0 to 1), so that callers do not come back all at once.
    Raises Unreachable when it is not to be sent again, and BadReply.
    """
    wait = min(FIRST_PAUSE * 2 ** min(sent - 1, _MOST_DOUBLINGS), LONGEST_PAUSE)
    wait *= 0.5 + chance / 2
    if isinstance(outcome, Unreachable):
        if sent > place.retries:
            raise outcome
        return wait
    wait = max(wait, outcome.retry_after)
    temporary = outcome.status == TOO_MANY or outcome.status >= SERVER_FAULT
    if temporary and sent <= place.retries and wait <= LONGEST_PAUSE:
        return wait
    return result_in(outcome.status, outcome.body)
