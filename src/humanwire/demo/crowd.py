"""The simulated crowd: made-up people who work through the worker API, with errors and delays.

It stands in for people so that the demo ends by itself. What each one says comes from the
samples' tables of plausible answers and from chance; nothing here looks at a picture.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from random import Random
from typing import Any, cast

from humanwire.core.json import Json
from humanwire.demo.api import Api
from humanwire.demo.media_files import melody, picture
from humanwire.demo.samples import MADE_PICTURE, MADE_SOUND, Sample

NAMES = ("Ada", "Ben", "Cleo", "Dev", "Elif", "Finn")

_WAIT_SECONDS = 5
_SKIP_CHANCE = 0.08
_SLIP_CHANCE = 0.06
_STEADINESS = 3
"""How many pixels a hand misses by, at most."""
_SLACK = 0.004
"""By how much of the picture's width they miss while following something."""
_JINGLE = (523, 659, 784, 659, 1047)
_LEAST_SECONDS, _MOST_SECONDS = 1.0, 4.0
_INVALID = 422

Said = Callable[[str, str, Sample], None]
"""Is told who did what with which question."""


class Crowd:
    """People who answer until they are told to stop. `answers` has what each said, by request."""

    def __init__(self, samples: Mapping[str, Sample], seed: int, said: Said) -> None:
        self._samples = samples
        self._seed = seed
        self._said = said
        self._asked: Counter[str] = Counter()
        self.answers: dict[str, list[tuple[str, Json]]] = {}

    async def work(self, name: str, api: Api) -> None:
        """Take tasks and answer them, one after the other, until cancelled."""
        while True:
            _, assignment = await api.call(
                "POST", "/worker/v1/assignments", {"wait": _WAIT_SECONDS}
            )
            if assignment is not None:
                await self._do(name, api, assignment)

    async def _do(self, name: str, api: Api, assignment: dict[str, Any]) -> None:
        task = assignment["task"]
        sample = self._samples[task["id"]]
        person = Person(Random(f"{self._seed}/{name}/{sample.instruction}"))  # noqa: S311
        path = f"/worker/v1/assignments/{assignment['id']}"
        seconds = person.seconds()
        await asyncio.sleep(seconds)
        if person.skips():
            await api.call("POST", f"{path}/skip", {"reason": "not sure"})
            self._said(name, "skips", sample)
            return
        if sample.flag is not None:
            await api.call("POST", f"{path}/flag", {"feedback": sample.flag})
            self._said(name, "flags", sample)
            return
        turn = self._asked[task["id"]]
        self._asked[task["id"]] += 1
        response = await _uploaded(api, assignment["id"], person.answer(sample, turn))
        # Noted before it is sent: the end that it may bring about is told to others at once.
        self.answers.setdefault(task["id"], []).append((name, response))
        await self._submit(name, api, path, sample, response, seconds, first=turn == 0)

    async def _submit(
        self,
        name: str,
        api: Api,
        path: str,
        sample: Sample,
        response: Json,
        seconds: float,
        *,
        first: bool,
    ) -> None:
        body: dict[str, object] = {"seconds": round(seconds, 1)}
        if sample.size is not None:
            width, height = sample.size
            body["media"] = [{"width": width, "height": height}]
        if first and sample.invalid is not None:
            status, _ = await api.call(
                "POST", f"{path}/answer", body | {"response": sample.invalid}
            )
            if status == _INVALID:
                self._said(name, f"is told that {sample.invalid!r} will not do for", sample)
        await api.expect("POST", f"{path}/answer", body | {"response": response})
        self._said(name, "answers", sample)


class Person:
    """One person before one question: what they do is chance, and the same for the same seed."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance

    def seconds(self) -> float:
        """How long they think."""
        return self._chance.uniform(_LEAST_SECONDS, _MOST_SECONDS)

    def skips(self) -> bool:
        """Whether they leave the question to others."""
        return self._chance.random() < _SKIP_CHANCE

    def answer(self, sample: Sample, turn: int) -> Json:
        """What they say, `turn` others having been asked before."""
        if sample.differ:
            return sample.answers[turn % len(sample.answers)]
        hasty = self._chance.random() < _SLIP_CHANCE or (sample.slips_first and turn == 0)
        steady = sample.slips_first and turn > 0
        plausible = sample.slips if sample.slips and hasty and not steady else sample.answers
        response = self._chance.choice(plausible)
        return self._drawn(response) if sample.size is not None else response

    def _drawn(self, response: Json) -> Json:
        """Move every coordinate by a hand's unsteadiness."""
        if isinstance(response, dict):
            return self._followed(response)
        marks = cast("list[dict[str, Json]]", response)
        return [
            {
                name: value + self._chance.randint(-_STEADINESS, _STEADINESS)
                if isinstance(value, int) and name != "response"
                else value
                for name, value in mark.items()
            }
            for mark in marks
        ]

    def _followed(self, response: dict[str, Json]) -> Json:
        """Move every box by a hand's unsteadiness, as a share of the picture."""
        trackers = cast("list[dict[str, dict[str, dict[str, Any]]]]", response["annotations"])
        followed: list[Json] = []
        for tracker in trackers:
            frames: dict[str, Json] = {}
            for frame, box in tracker["frames"].items():
                right, down = (self._chance.uniform(-_SLACK, _SLACK) for _ in range(2))
                frames[frame] = {
                    "coordinates": [
                        {"x": round(corner["x"] + right, 6), "y": round(corner["y"] + down, 6)}
                        for corner in box["coordinates"]
                    ]
                }
            followed.append({**cast("dict[str, Json]", tracker), "frames": frames})
        return {"annotations": followed}


async def _uploaded(api: Api, assignment: str, response: Json) -> Json:
    path = f"/worker/v1/media?assignment={assignment}"
    if response == MADE_PICTURE:
        return await api.upload(path, "image/svg+xml", picture("sun"))
    if response == MADE_SOUND:
        return await api.upload(path, "audio/wav", melody(_JINGLE))
    return response


async def stop(people: list["asyncio.Task[None]"]) -> None:
    """Send everybody home."""
    for person in people:
        person.cancel()
    for person in people:
        with suppress(asyncio.CancelledError):
            await person
