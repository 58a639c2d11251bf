"""Consult: ask models about tasks, and carry out what they say as what it is: a worker's act.

Like the outbox: a consultation of this process is begun at once, what another process left is
claimed when it falls due, and a claim is renewed in time. What a model said is kept before it is
carried out, so that nobody asks it again for the same; carried out twice, it changes nothing.
"""

import asyncio
import logging
from collections import Counter, defaultdict, deque
from collections.abc import Sequence

import msgspec

from humanwire.core import assignment as decide
from humanwire.core.assignment import Holding, Step
from humanwire.core.errors import InvalidAnswer, Refused
from humanwire.core.handover import Sort
from humanwire.core.json import Json
from humanwire.core.model import Abstention, Item, Opinion
from humanwire.core.panel import rule
from humanwire.flows.handover import learned
from humanwire.flows.panel import CLAIM_MS
from humanwire.flows.ports import Ports
from humanwire.flows.settle import until_settled
from humanwire.store.consultations import (
    Consultation,
    ConsultationKey,
    ConsultationState,
    Told,
)

log = logging.getLogger(__name__)

BATCHES = 4
"""Batches that a model is given at once: one is read while the next is fetched."""
TRIES = 3
"""A task that a model has had so often goes to people: it may be what ends the processes."""
_POLL_SECONDS = 0.25
_RENEW_MS = 3_000
_QUEUE = 1_000
"""Consultations kept in memory; more of them wait in the store."""
_HANDED = frozenset({"audited", "unsure"})


class Consultations:
    """Asks models. Call `run` in a task of its own; cancel it to stop."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._held: dict[ConsultationKey, int] = {}
        self._waiting: defaultdict[str, deque[Consultation]] = defaultdict(deque)
        self._busy: Counter[str] = Counter()
        self._asking: set[asyncio.Task[None]] = set()

    def put(self, consultation: Consultation) -> None:
        """Take a claimed consultation; its model is asked at once unless it is busy."""
        key = key_of(consultation)
        if key in self._held or len(self._held) >= _QUEUE:
            return
        self._held[key] = self._ports.clock() + CLAIM_MS
        model = consultation.model
        self._waiting[model].append(consultation)
        if self._busy[model] < BATCHES:
            self._busy[model] += 1
            asking = asyncio.create_task(self._ask_all(model))
            self._asking.add(asking)
            asking.add_done_callback(self._asking.discard)

    async def run(self) -> None:
        """Claim what falls due, until cancelled."""
        try:
            while True:
                try:
                    await self._renew()
                    await self._claim_due()
                except Refused as error:
                    log.warning("consultations_wait", extra={"error": error.message})
                except Exception:
                    log.exception("consultations_broken")
                await asyncio.sleep(_POLL_SECONDS)
        finally:
            # What is not carried out by now is taken up again when its claim has run out.
            for asking in self._asking:
                asking.cancel()
            await asyncio.gather(*self._asking, return_exceptions=True)

    async def _renew(self) -> None:
        now = self._ports.clock()
        short = [key for key, until in self._held.items() if until - now < _RENEW_MS]
        if short:
            until = now + CLAIM_MS
            await self._ports.store.renew_consultations(short, until)
            self._held.update((key, until) for key in short if key in self._held)

    async def _claim_due(self) -> None:
        now, room = self._ports.clock(), _QUEUE - len(self._held)
        if room > 0:
            until = now + CLAIM_MS
            for due in await self._ports.store.claim_consultations(now, until, room):
                self.put(due)

    async def _ask_all(self, model: str) -> None:
        """Ask a model about what waits for it, a batch at a time."""
        queue = self._waiting[model]
        try:
            while queue:
                capability = self._ports.panel.capabilities().get(model)
                most = capability.batch if capability else len(queue)
                batch = [queue.popleft() for _ in range(min(most, len(queue)))]
                try:
                    await self._consult(model, batch)
                except Refused as error:
                    log.warning("consultations_wait", extra={"error": error.message})
                except Exception:
                    log.exception("consultation_broken", extra={"model": model})
                finally:
                    # Whatever was not carried out is claimed again, here or elsewhere.
                    for each in batch:
                        self._held.pop(key_of(each), None)
        finally:
            self._busy[model] -= 1

    async def _consult(self, model: str, batch: Sequence[Consultation]) -> None:
        store = self._ports.store
        found = await asyncio.gather(*(store.holding(c.worker, c.assignment) for c in batch))
        open_ = [
            (each, holding)
            for each, holding in zip(batch, found, strict=True)
            if each.told is None and holding is not None and is_open(holding)
        ]
        told = {key_of(each): each.told for each in batch if each.told is not None}
        if open_:
            opinions = await self._opinions(model, open_)
            new = [
                (key_of(each), await self._told(each, holding, opinion))
                for (each, holding), opinion in zip(open_, opinions, strict=True)
                if not await self._put_off(each, holding, opinion)
            ]
            await store.keep_told(new)
            told.update(new)
        put_off = {key_of(each) for each, _ in open_} - told.keys()
        carried = [(each, told.get(key_of(each))) for each in batch if key_of(each) not in put_off]
        states = await asyncio.gather(*(carry_out(self._ports, *each) for each in carried))
        ended: list[tuple[ConsultationKey, ConsultationState]] = [
            (key_of(each), state) for (each, _), state in zip(carried, states, strict=True)
        ]
        await store.end_consultations(ended)

    async def _opinions(
        self, model: str, asked: Sequence[tuple[Consultation, Holding]]
    ) -> Sequence[Opinion]:
        panel = self._ports.panel
        if model not in panel.capabilities():
            return [Abstention("not_installed")] * len(asked)
        items = [Item(holding.task.question, each.flavour) for each, holding in asked]
        if any(each.tries > TRIES for each, _ in asked):
            # Apart, so that what may have ended a process takes no others with it.
            return [
                Abstention("gave_up")
                if each.tries > TRIES
                else (await panel.opinions(model, [item]))[0]
                for (each, _), item in zip(asked, items, strict=True)
            ]
        return await panel.opinions(model, items)

    async def _put_off(self, each: Consultation, holding: Holding, opinion: Opinion) -> bool:
        """Ask again after a while, where nobody else could answer."""
        if holding.task.question.by_people or not isinstance(opinion, Abstention):
            return False
        if each.tries >= TRIES or opinion.reason == "not_installed":
            return False
        again = self._ports.clock() + 500 * 2**each.tries
        await self._ports.store.renew_consultations([key_of(each)], again)
        return True

    async def _told(self, each: Consultation, holding: Holding, opinion: Opinion) -> Told:
        ports, use = self._ports, each.use
        capability = ports.panel.capabilities().get(each.model)
        version = capability.version if capability else ""
        threshold = use.threshold
        if use.error is not None:
            sort = sort_of(each, holding, version)
            known = await learned(ports, each.project, sort, use.aim)
            threshold = known.confidence
        lot = int.from_bytes(ports.entropy(4), "big") / 2**32
        ruling = rule(use, threshold, opinion, lot)
        ports.tally.opinions[each.project, each.model, ruling.outcome] += 1
        said = Told(
            outcome=ruling.outcome,
            version=version,
            at=ports.clock(),
            share=ruling.share,
            least=ruling.least,
        )
        return with_opinion(said, opinion)


def key_of(consultation: Consultation) -> ConsultationKey:
    return ConsultationKey(consultation.project, consultation.task)


def sort_of(each: Consultation, holding: Holding, version: str) -> Sort:
    """Return which answers this one is of the same sort as."""
    kind = str(holding.task.question.__struct_config__.tag)
    return Sort(each.model, version, each.workflow or "", each.flavour or kind)


def is_open(holding: Holding) -> bool:
    """Whether the model still has the task."""
    return holding.state == "leased" and holding.task.status == "pending"


def with_opinion(told: Told, opinion: Opinion) -> Told:
    if isinstance(opinion, Abstention):
        return msgspec.structs.replace(told, reason=opinion.reason)
    response = msgspec.json.encode(opinion.response).decode()
    return msgspec.structs.replace(told, response_json=response, confidence=opinion.confidence)


async def carry_out(ports: Ports, each: Consultation, told: Told | None) -> ConsultationState:
    """Do what follows from what a model said, and return how its consultation stands then.

    None: it has said nothing, because the task had gone by then.
    """
    if told is None:
        return "done"

    async def once() -> tuple[Step | None, None]:
        found = await ports.store.holding(each.worker, each.assignment)
        if found is None or not is_open(found):
            return None, None
        return await _step(each, told, found), None

    await until_settled(once, ports)
    state: ConsultationState = "handed" if told.outcome in _HANDED else "done"
    return state


async def _step(each: Consultation, told: Told, found: Holding) -> Step:
    if told.outcome != "answered":
        return decide.hand_over(found, told.reason or told.outcome)
    response: Json = msgspec.json.decode(told.response_json or "null")
    try:
        if each.use.use != "vote":
            return decide.stand(found, response)
        # In a thread, as comparing many marks or frames can take seconds.
        voted = await asyncio.to_thread(decide.answer, found, response, (), None)
    except InvalidAnswer as fault:
        log.warning("model_unfit", extra={"model": each.model, "error": fault.message})
        return decide.hand_over(found, "unfit")
    return voted if isinstance(voted, Step) else decide.hand_over(found, "unfit")
