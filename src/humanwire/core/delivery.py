"""When a delivery is tried, tried again and given up.

Each schedule is data, and one decision reads it.
"""

from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Literal, TypeAlias

from msgspec import Struct

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE

LONGEST_RETRY_AFTER = HOUR
"""A receiver's Retry-After is heeded up to this long, in milliseconds."""

DeliveryError = Literal[
    "timeout", "connection_failed", "tls_error", "address_refused", "invalid_url"
]
"""Why no status came back."""

ScheduleName = Literal["standard", "playment"]

_PERMANENT: frozenset[DeliveryError] = frozenset({"address_refused", "invalid_url"})


class Schedule(Struct, frozen=True, kw_only=True):
    """How a receiver's replies are read and how long to wait between attempts.

    `delays` are milliseconds, the first between the first and the second attempt; `jitter` is
    the largest part of a delay that chance adds to it. A status in neither set fails at once.
    """

    delays: tuple[int, ...]
    jitter: float
    success: frozenset[int]
    retried: frozenset[int]


class Prepared(Struct, frozen=True):
    """A request ready to be sent: signed, and needing nothing more from the store."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes


class Outcome(Struct, frozen=True):
    """What one attempt came to: the status, or the reason that none came.

    `milliseconds` is how long it took; `retry_after` is how many milliseconds the receiver
    asked us to wait, if it did.
    """

    status: int | None
    error: DeliveryError | None
    milliseconds: int
    retry_after: int | None = None


class Delivered(Struct, frozen=True):
    """The receiver has it."""


class RetryAt(Struct, frozen=True):
    """Try again at `at` (milliseconds since the epoch), not earlier."""

    at: int


class Failed(Struct, frozen=True):
    """Given up, for the reason the last attempt gave: its error, or `status_404`."""

    reason: str


Step: TypeAlias = Delivered | RetryAt | Failed

SCHEDULES: Mapping[ScheduleName, Schedule] = {
    "standard": Schedule(
        delays=(
            5 * SECOND,
            5 * MINUTE,
            30 * MINUTE,
            2 * HOUR,
            5 * HOUR,
            10 * HOUR,
            14 * HOUR,
            20 * HOUR,
            24 * HOUR,
        ),
        jitter=0.2,
        success=frozenset(range(200, 300)),
        retried=frozenset(range(1000)),
    ),
    "playment": Schedule(
        delays=(30 * SECOND,) * 3,
        jitter=0,
        success=frozenset({200}),
        retried=frozenset({408, *range(500, 506), 511}),
    ),
}


def next_step(
    schedule: Schedule, attempts_made: int, outcome: Outcome, now: int, jitter: float
) -> Step:
    """Decide what follows an attempt.

    `attempts_made` counts this one (so it is at least 1); `now` is in milliseconds since the
    epoch; `jitter` is a random number in [0, 1].
    """
    if outcome.status in schedule.success:
        return Delivered()
    if not _worth_retrying(schedule, outcome) or attempts_made > len(schedule.delays):
        return Failed(outcome.error or f"status_{outcome.status}")
    delay = schedule.delays[attempts_made - 1]
    delay += round(delay * schedule.jitter * jitter)
    return RetryAt(now + max(delay, min(outcome.retry_after or 0, LONGEST_RETRY_AFTER)))


def retry_after(value: str, now: int) -> int | None:
    """Read a Retry-After header (seconds, or an HTTP date) as milliseconds from `now`.

    A time that has passed is 0; what is neither form is None.
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        # A number too long to be meant is cut before int() has to spend time on it.
        return int(value[:12]) * SECOND
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    # HTTP dates are always in GMT, and some forms of them do not say so.
    date = date.replace(tzinfo=UTC) if date.tzinfo is None else date
    return max(0, round(date.timestamp() * SECOND) - now)


def _worth_retrying(schedule: Schedule, outcome: Outcome) -> bool:
    if outcome.error is not None:
        return outcome.error not in _PERMANENT
    return outcome.status in schedule.retried
