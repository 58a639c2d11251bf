"""A model's seat on the panel: who asks it stands in line, and what it says is checked."""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic
from typing import cast

from humanwire.core.errors import InvalidAnswer
from humanwire.core.model import Abstention, Capability, Health, Item, Opinion, Verdict
from humanwire.models.backend import Backend, Busy, Trouble
from humanwire.models.breaker import Breaker
from humanwire.models.plugin import Case

log = logging.getLogger(__name__)

REFUSED = Abstention("refused")
"""What becomes of an answer that does not fit its question."""
_AHEAD = 2
"""Batches under way: while one is with the model, the pictures of the next are fetched."""
_TRIES_WHILE_BUSY = 5
_PAUSE_MOST = 5.0

_Waiting = tuple[Item, "asyncio.Future[Opinion]"]


class Seat:
    """Gathers items that wait into batches, asks one batch at a time, and keeps count."""

    def __init__(
        self, name: str, backend: Backend, case: Callable[[Item], Awaitable[Case]]
    ) -> None:
        self.name = name
        self.backend = backend
        self._case = case
        self._breaker = Breaker()
        self._line: deque[_Waiting] = deque()
        self._batches: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()
        self._trouble = ""
        self._seen = False
        self._answered = 0
        self._abstained: Counter[str] = Counter()
        self._asked = 0
        self._seconds = 0.0

    @property
    def capability(self) -> Capability | None:
        return self.backend.capability

    def health(self) -> Health:
        """How the model is doing."""
        state = "ready" if self._seen else "unreachable"
        return Health(
            state=state if self._breaker.closed else "resting",
            trouble=self._trouble,
            answered=self._answered,
            refused=self._abstained[REFUSED.reason],
            abstained=dict(self._abstained),
            seconds=self._seconds,
            batches=self._asked,
            waiting=len(self._line),
        )

    async def look(self) -> None:
        """See whether the model can be asked, and note what keeps it."""
        try:
            await self.backend.look()
        except Trouble as trouble:
            self._seen, self._trouble = False, trouble.detail
        else:
            if self._breaker.closed:
                self._trouble = ""
            self._seen = True

    async def ask(self, items: Sequence[Item]) -> list[Opinion]:
        """Give an opinion on each item. Whoever is cancelled leaves the line."""
        loop = asyncio.get_running_loop()
        waiting = [(item, loop.create_future()) for item in items]
        self._line.extend(waiting)
        self._call()
        return list(await asyncio.gather(*(future for _, future in waiting)))

    async def close(self) -> None:
        """Stop asking; those who wait get an abstention."""
        for _, future in self._line:
            if not future.done():
                future.set_result(Abstention("closed"))
        self._line.clear()
        for batch in tuple(self._batches):
            batch.cancel()
        await asyncio.gather(*self._batches, return_exceptions=True)
        await self.backend.close()

    def _call(self) -> None:
        while self._line and len(self._batches) < _AHEAD:
            batch = asyncio.create_task(self._serve(self._next()))
            self._batches.add(batch)
            batch.add_done_callback(self._done)

    def _done(self, batch: "asyncio.Task[None]") -> None:
        self._batches.discard(batch)
        self._call()

    def _next(self) -> list[_Waiting]:
        capability = self.capability
        most = capability.batch if capability else 1
        taken: list[_Waiting] = []
        while self._line and len(taken) < most:
            if not self._line[0][1].done():
                taken.append(self._line[0])
            self._line.popleft()
        return taken

    async def _serve(self, waiting: Sequence[_Waiting]) -> None:
        opinions: Sequence[Opinion] = [Abstention("closed")] * len(waiting)
        try:
            opinions = await self._opinions([item for item, _ in waiting])
        except Exception:
            log.exception("Asking the model %s failed.", self.name)
            opinions = [Abstention("fault")] * len(waiting)
        finally:
            for (_, future), opinion in zip(waiting, opinions, strict=True):
                self._count(opinion)
                if not future.done():
                    future.set_result(opinion)

    def _count(self, opinion: Opinion) -> None:
        if isinstance(opinion, Verdict):
            self._answered += 1
        else:
            self._abstained[opinion.reason] += 1

    async def _opinions(self, items: Sequence[Item]) -> list[Opinion]:
        if self._breaker.resting(monotonic()):
            return [Abstention("resting")] * len(items)
        loaded = await asyncio.gather(*map(self._load, items))
        cases = [each for each in loaded if isinstance(each, Case)]
        said = iter(await self._asked_in_turn(cases) if cases else ())
        return [next(said) if isinstance(each, Case) else each for each in loaded]

    async def _load(self, item: Item) -> Case | Abstention:
        try:
            return await self._case(item)
        except Trouble as trouble:
            log.info("A picture cannot be shown to the model %s: %s", self.name, trouble.detail)
            return Abstention(trouble.reason)

    async def _asked_in_turn(self, cases: Sequence[Case]) -> Sequence[Opinion]:
        async with self._turn:
            begun = monotonic()
            try:
                said = await self._answer(cases)
            except Exception as error:  # noqa: BLE001 - a plug-in may raise anything
                trouble = error if isinstance(error, Trouble) else Trouble("fault", repr(error))
                self._breaker.failed(monotonic())
                self._trouble = trouble.detail
                log.warning("The model %s cannot be asked: %s", self.name, trouble.detail)
                return [Abstention(trouble.reason)] * len(cases)
            finally:
                self._asked += 1
                self._seconds += monotonic() - begun
        self._breaker.succeeded()
        self._seen, self._trouble = True, ""
        return await self._checked(cases, said)

    async def _answer(self, cases: Sequence[Case]) -> Sequence[Opinion]:
        capability = self.capability
        try:
            async with asyncio.timeout(capability.seconds if capability else None):
                for _ in range(_TRIES_WHILE_BUSY):
                    try:
                        return await self.backend.answer(cases)
                    except Busy as busy:
                        await asyncio.sleep(min(_PAUSE_MOST, busy.seconds))
        except TimeoutError:
            raise Trouble("out_of_time") from None
        raise Trouble("busy")

    async def _checked(self, cases: Sequence[Case], said: object) -> list[Opinion]:
        each_said = cast("Sequence[object]", said) if isinstance(said, list | tuple) else ()
        if len(each_said) != len(cases):
            log.warning("The model %s did not say one thing to each of %d.", self.name, len(cases))
            return [REFUSED] * len(cases)
        if any(case.item.question.slow for case in cases):
            return await asyncio.to_thread(self._fitting, cases, each_said)
        return self._fitting(cases, each_said)

    def _fitting(self, cases: Sequence[Case], said: Sequence[object]) -> list[Opinion]:
        return [self._fits(*pair) for pair in zip(cases, said, strict=True)]

    def _fits(self, case: Case, opinion: object) -> Opinion:
        """Take what fits the question, as from a worker; a plug-in may say anything."""
        if isinstance(opinion, Abstention):
            return opinion
        if not isinstance(opinion, Verdict) or not _is_share(opinion.confidence):
            log.warning("The model %s did not say a verdict and how sure it is.", self.name)
            return REFUSED
        try:
            response = case.item.question.check(opinion.response)
        except InvalidAnswer as fault:
            log.warning("The model %s lied: %s: %s", self.name, fault.field, fault.message)
            return REFUSED
        return Verdict(response, float(opinion.confidence))


def _is_share(number: object) -> bool:
    if isinstance(number, bool) or not isinstance(number, int | float):
        return False
    return 0 <= number <= 1
