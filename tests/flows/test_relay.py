"""What nodes tell each other fits into messages, and comes out as it went in."""

import asyncio

from humanwire.core.ids import AssignmentId, ProjectId, TaskId, WorkerId
from humanwire.flows.relay import Relay, heed
from humanwire.flows.wakeups import Notice, Wakeups

LIMIT = 7_999 - 12
"""Bytes that PostgreSQL takes, less the name of the node."""


async def told(count: int) -> list[str]:
    """Tell of so many ends, vacancies and notices at once; return the messages."""
    messages: list[str] = []

    async def send(message: str) -> None:
        messages.append(message)

    relay = Relay(send)
    for number in range(count):
        relay.ended(ProjectId(number), TaskId(f"{number:036}"))
        relay.work(ProjectId(10**9 + number), 10**6)
        lease = AssignmentId(f"{10**9 + number}-{number:036}")
        relay.notice(WorkerId(10**9 + number), Notice("withdrawn", lease, "withdrawn"))
    await relay.close()
    return messages


async def test_a_burst_of_news_is_cut_into_messages_that_fit():
    messages = await told(500)

    assert max(map(len, messages)) <= LIMIT
    wakeups = Wakeups()
    with wakeups.stream(WorkerId(10**9 + 499), [ProjectId(1)]) as stream:
        with wakeups.ends.listening((ProjectId(499), TaskId(f"{499:036}"))) as ended:
            with wakeups.line.standing([ProjectId(10**9 + 499)]) as place:
                for message in messages:
                    heed(wakeups, message)
                assert place.called.done()
            assert ended.done()
        assert (await asyncio.wait_for(stream.get(), 5)).reason == "withdrawn"


async def test_news_of_a_newer_kind_are_passed_over():
    for message in ("", "no JSON", '{"notices": [[1, {"event": "moved"}]]}', '{"moved": 1}'):
        heed(Wakeups(), message)
