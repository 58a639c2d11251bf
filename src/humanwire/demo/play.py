"""The demo from beginning to end."""

import asyncio
import tempfile
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from time import perf_counter
from typing import Any

import aiohttp

from humanwire.core.json import Json
from humanwire.demo.crowd import NAMES, Crowd, stop
from humanwire.demo.receiver import Receiver, receiving
from humanwire.demo.samples import Sample
from humanwire.demo.server import running
from humanwire.demo.stage import Stage
from humanwire.demo.summary import Ended, line, result

_BLOCK_SECONDS = 30
_HOOK_SECONDS = 15.0
_NO_LIMIT = aiohttp.ClientTimeout(total=None)

Tell = Callable[[str], None]


async def play(*, people: bool, seed: int, host: str, port: int, tell: Tell) -> list[Ended]:
    """Ask every sample and return how each ended.

    `people` leaves the answering to whoever opens the links; their Ctrl-C returns what has ended.
    Raises Failed when the server does not do what the demo counts on.
    """
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="humanwire-demo-"))
        server = await stack.enter_async_context(running(Path(folder), host, port))
        http = await stack.enter_async_context(aiohttp.ClientSession(timeout=_NO_LIMIT))
        stage = Stage(http, server)
        await stage.open()
        receiver = await stack.enter_async_context(receiving(stage.secret))
        asked = await stage.ask(receiver.url)
        tell(f"A temporary server runs at {server.origin} with {len(asked)} sample questions.")
        show = _Show(stage, asked, receiver, tell)
        if people:
            await _invite(stage, tell)
            return await show.until_ended_or_left()
        return await show.with_crowd(seed)


class _Show:
    """The questions on their way to their ends."""

    def __init__(
        self, stage: Stage, asked: Mapping[str, Sample], receiver: Receiver, tell: Tell
    ) -> None:
        self._stage = stage
        self._asked = asked
        self._receiver = receiver
        self._tell = tell
        self._started = perf_counter()
        self._ended: dict[str, tuple[dict[str, Any], float]] = {}

    async def with_crowd(self, seed: int) -> list[Ended]:
        stage = self._stage
        guest = await stage.hire("Guest")
        self._tell(f"The workspace, should you like to join in:\n  {guest.link}")
        self._tell(f"Simulated people, seed {seed}: made-up answers, with errors, delays, skips.\n")
        crowd = Crowd(self._asked, seed, self._said)
        helpers = [await stage.hire(name) for name in NAMES]
        people = [asyncio.create_task(crowd.work(each.name, each.api)) for each in helpers]
        ending = asyncio.create_task(self._all())
        try:
            await asyncio.wait({ending, *people}, return_when=asyncio.FIRST_COMPLETED)
            if ending.done():
                await ending
        finally:
            ending.cancel()
            await stop(people)
        return self._result(crowd.answers)

    async def until_ended_or_left(self) -> list[Ended]:
        ending = asyncio.create_task(self._all())
        try:
            await ending
        except asyncio.CancelledError:
            ending.cancel()
        return self._result({})

    async def _all(self) -> None:
        await asyncio.gather(self._hook(), *map(self._one, self._asked))

    async def _one(self, identifier: str) -> None:
        path = f"/v1/requests/{identifier}?block={_BLOCK_SECONDS}"
        request = await self._stage.requester.expect("GET", path)
        while request["status"] == "pending":
            request = await self._stage.requester.expect("GET", path)
        self._ended[identifier] = (request, self._seconds())
        what = f"“{self._asked[identifier].instruction}”: {result(request, self._stage.names)}"
        self._tell(line(self._seconds(), "→", what))

    async def _hook(self) -> None:
        identifier = await self._receiver.arrived
        self._said("webhook", "arrives, its signature verified, for", self._asked[identifier])

    def _said(self, who: str, what: str, sample: Sample) -> None:
        self._tell(line(self._seconds(), who, f"{what} “{sample.instruction}”"))

    def _seconds(self) -> float:
        return perf_counter() - self._started

    def _result(self, known: Mapping[str, list[tuple[str, Json]]]) -> list[Ended]:
        return [
            Ended(
                sample=sample,
                request=request,
                answers=_named(request, known.get(identifier, [])),
                seconds=seconds,
                names=self._stage.names,
            )
            for identifier, sample in self._asked.items()
            if identifier in self._ended
            for request, seconds in [self._ended[identifier]]
        ]


async def _invite(stage: Stage, tell: Tell) -> None:
    """Print a link for each of three people: some questions want two to agree."""
    places = ("here", "in a private window", "on a phone (with --host and this one's address)")
    for name, place in zip(NAMES, places, strict=False):
        helper = await stage.hire(name)
        tell(f"Answer {place}, as {name}:\n  {helper.link}")
    tell("The demo ends when every question has, or with Ctrl-C.\n")


def _named(request: dict[str, Any], known: list[tuple[str, Json]]) -> list[tuple[str, Json]]:
    """Put names to the answers where the demo knows them; a requester sees pseudonyms."""
    left = list(known)
    answers: list[tuple[str, Json]] = []
    for pseudonym, response in request["raw_responses"].items():
        found = next((each for each in left if each[1] == response), None)
        if found is not None:
            left.remove(found)
        answers.append((found[0] if found else pseudonym[:6], response))
    return answers
