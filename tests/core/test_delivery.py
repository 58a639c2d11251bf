"""Schedules: when an attempt follows another, and what ends a delivery."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from humanwire.core.delivery import (
    HOUR,
    MINUTE,
    SCHEDULES,
    SECOND,
    Delivered,
    DeliveryError,
    Failed,
    Outcome,
    RetryAt,
    next_step,
    retry_after,
)

NOW = 1_800_000_000_000
STANDARD = SCHEDULES["standard"]
PLAYMENT = SCHEDULES["playment"]
ERRORS: tuple[DeliveryError, ...] = get_args(DeliveryError)


def status(code: int, wait: int | None = None) -> Outcome:
    return Outcome(status=code, error=None, milliseconds=7, retry_after=wait)


def error(name: DeliveryError) -> Outcome:
    return Outcome(status=None, error=name, milliseconds=7)


def test_the_standard_schedule_waits_as_published_and_then_gives_up():
    waits = [5 * SECOND, 5 * MINUTE, 30 * MINUTE] + [h * HOUR for h in (2, 5, 10, 14, 20, 24)]
    steps = [next_step(STANDARD, made, status(500), NOW, 0) for made in range(1, 11)]
    assert steps == [*(RetryAt(NOW + wait) for wait in waits), Failed("status_500")]


def test_playment_waits_30_seconds_three_times_and_then_gives_up():
    steps = [next_step(PLAYMENT, made, status(503), NOW, 1) for made in range(1, 5)]
    assert steps == [RetryAt(NOW + 30 * SECOND)] * 3 + [Failed("status_503")]


@given(made=st.integers(1, 9), jitter=st.floats(0, 1))
def test_jitter_adds_up_to_a_fifth_and_never_takes_away(made: int, jitter: float):
    delay = STANDARD.delays[made - 1]
    step = next_step(STANDARD, made, error("timeout"), NOW, jitter)
    assert isinstance(step, RetryAt)
    assert delay <= step.at - NOW <= delay * 1.2
    assert abs(step.at - NOW - delay * (1 + jitter / 5)) <= 1


@given(code=st.integers(100, 599))
def test_standard_takes_any_2xx_and_retries_every_other_status(code: int):
    step = next_step(STANDARD, 1, status(code), NOW, 0)
    assert step == (Delivered() if 200 <= code < 300 else RetryAt(NOW + 5 * SECOND))


@given(code=st.integers(100, 599))
def test_playment_takes_only_200_and_retries_only_what_it_names(code: int):
    step = next_step(PLAYMENT, 1, status(code), NOW, 0)
    if code == 200:
        assert step == Delivered()
    elif code in (408, 500, 501, 502, 503, 504, 505, 511):
        assert step == RetryAt(NOW + 30 * SECOND)
    else:
        assert step == Failed(f"status_{code}")


@pytest.mark.parametrize("schedule", [STANDARD, PLAYMENT])
@pytest.mark.parametrize("name", ERRORS)
def test_network_trouble_is_retried_but_a_bad_address_is_not(schedule, name: DeliveryError):
    step = next_step(schedule, 1, error(name), NOW, 0)
    if name in ("address_refused", "invalid_url"):
        assert step == Failed(name)
    else:
        assert step == RetryAt(NOW + schedule.delays[0])


def test_the_last_attempts_error_is_the_reason():
    assert next_step(PLAYMENT, 4, error("timeout"), NOW, 0) == Failed("timeout")


def test_a_success_on_the_last_attempt_is_a_success():
    assert next_step(STANDARD, 10, status(204), NOW, 0) == Delivered()


@pytest.mark.parametrize(
    ("asked", "waited"),
    [
        (None, 5 * SECOND),
        (0, 5 * SECOND),
        (4 * SECOND, 5 * SECOND),
        (60 * SECOND, 60 * SECOND),
        (HOUR, HOUR),
        (24 * HOUR, HOUR),
    ],
)
def test_retry_after_puts_off_the_next_attempt_up_to_an_hour(asked: int | None, waited: int):
    assert next_step(STANDARD, 1, status(503, asked), NOW, 0) == RetryAt(NOW + waited)


def test_retry_after_never_brings_an_attempt_forward():
    assert next_step(STANDARD, 5, status(429, HOUR), NOW, 0) == RetryAt(NOW + 5 * HOUR)


@pytest.mark.parametrize(
    ("value", "milliseconds"),
    [
        ("120", 120_000),
        (" 0 ", 0),
        ("Fri, 15 Jan 2027 08:01:00 GMT", 60_000),
        ("Friday, 15-Jan-27 08:01:00 GMT", 60_000),
        ("Fri Jan 15 08:01:00 2027", 60_000),
        ("Fri, 15 Jan 2027 07:00:00 GMT", 0),
        ("soon", None),
        ("-1", None),
        ("1.5", None),
        ("", None),
        ("٣", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_an_http_date(value: str, milliseconds: int | None):
    assert retry_after(value, NOW) == milliseconds


@given(value=st.text() | st.from_regex(r"[0-9]{1,5000}", fullmatch=True))
def test_no_retry_after_header_can_break_the_reader(value: str):
    wait = retry_after(value, NOW)
    assert wait is None or wait >= 0
