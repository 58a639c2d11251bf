"""How long a batch still takes."""

from hypothesis import given
from hypothesis import strategies as st

from humanwire.core.batch import seconds_to_go

ENDS = st.lists(st.integers(0, 10**9), min_size=2, max_size=100).map(
    lambda times: sorted(times, reverse=True)
)


def test_the_pace_is_that_of_the_latest_ends() -> None:
    ends = [100_000, 90_000, 60_000]
    assert seconds_to_go(4, ends, 100_000) == 4 * 20
    assert seconds_to_go(4, ends, 140_000) == 4 * 40
    assert seconds_to_go(0, ends, 140_000) == 0
    assert seconds_to_go(4, ends[:1], 100_000) is None
    assert seconds_to_go(4, [], 100_000) is None


@given(pending=st.integers(0, 10**6), ends=ENDS, later=st.integers(0, 10**9))
def test_waiting_never_makes_it_shorter_and_it_is_never_less_than_nothing(
    pending: int, ends: list[int], later: int
) -> None:
    sooner = seconds_to_go(pending, ends, ends[0])
    after = seconds_to_go(pending, ends, ends[0] + later)
    assert sooner is not None
    assert after is not None
    assert 0 <= sooner <= after
    # A clock that is behind another node's is no reason for a time that has passed.
    assert seconds_to_go(pending, ends, ends[-1] - later) == 0
