"""Models asked before people, or as one of them, on each engine: what stands, what people get."""

import asyncio
import os
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

import pytest
from tests.store.conftest import People

from humanwire.core.consensus import Collect, Majority, Policy
from humanwire.core.errors import Invalid
from humanwire.core.ids import Uuid7
from humanwire.core.model import Abstention, Capability, Health, Item, Opinion, Verdict
from humanwire.core.panel import ModelUse
from humanwire.core.project import ProjectSettings
from humanwire.core.questions import Attachment, Flavour, predicted
from humanwire.dialects.heat import HeatDialect
from humanwire.flows.abort import abort
from humanwire.flows.answer import answer
from humanwire.flows.ask import Wish, answerable, ask
from humanwire.flows.consult import Consultations
from humanwire.flows.ports import NoOutbox, Ports
from humanwire.flows.wakeups import Wakeups
from humanwire.store.consultations import ConsultationKey
from humanwire.store.interface import Store
from humanwire.store.records import Key, Task

PICTURE = (Attachment("image", "https://example.com/a.png"),)
SURE = Verdict(["approved"], 0.97)
DOUBT = Verdict(["declined"], 0.4)


class Models:
    """One model for all flavours; `said` is its answer, or what waits before it answers."""

    def __init__(self, said: Opinion) -> None:
        self.said = said
        self.asked: list[int] = []
        self.ready = asyncio.Event()
        self.ready.set()

    def capabilities(self) -> Mapping[str, Capability]:
        every = ("standard", "standard+human", "nudity", "demographic")
        return {"judge": Capability(name="judge", version="7", flavours=every, batch=4)}

    async def opinions(self, model: str, items: Sequence[Item]) -> Sequence[Opinion]:
        assert model == "judge"
        self.asked.append(len(items))
        await self.ready.wait()
        return [self.said] * len(items)

    def health(self) -> Mapping[str, Health]:
        return {"judge": Health(state="ready")}


class House:
    """A node on the store, with models."""

    def __init__(self, people: People, models: Models) -> None:
        self.people, self.models = people, models
        self.ports = Ports(
            store=people.store,
            clock=lambda: people.now,
            entropy=os.urandom,
            ids=Uuid7(),
            wakeups=Wakeups(),
            dialects={"heat": HeatDialect()},
            outbox=NoOutbox(),
            origin=lambda: "",
            panel=models,
        )
        self.ports.consulting = self.consultations = Consultations(self.ports)
        self.key = Key(id="k", project=people.project, mode="live", hint="", created_at=0)

    async def ask(self, flavour: Flavour, policy: Policy | None = None, **more: object) -> Task:
        wish = Wish(
            type="prediction",
            question=predicted(flavour, "Look.", PICTURE),
            body_json="{}",
            policy=policy,
            flavour=flavour,
            **more,  # type: ignore[arg-type]
        )
        (task,) = await ask(self.ports, self.key, "heat", [answerable(self.ports, self.key, wish)])
        assert isinstance(task, Task)
        return task

    async def find(self, task: Task) -> Task:
        found = await self.people.store.find_task(task.project, "live", task.id)
        assert found is not None
        return found

    async def done(self, task: Task, states: Sequence[str] = ("done", "handed")) -> Task:
        """Wait until the consultation of a task is over."""
        async with asyncio.timeout(30):
            while True:
                found = await self.people.store.consultation(ConsultationKey(task.project, task.id))
                if found is not None and found.state in states:
                    return await self.find(task)
                await asyncio.sleep(0.01)


Open = Callable[[Models], House]


@asynccontextmanager
async def running(house: House) -> AsyncGenerator[None]:
    loop = asyncio.create_task(house.consultations.run())
    try:
        yield
    finally:
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)


@pytest.mark.parametrize("policy", [None, Majority(min_agreements=2, max_crunchers=3)])
async def test_a_sure_answer_is_the_result(people: People, policy: Policy | None) -> None:
    house = House(people, Models(SURE))
    use = ModelUse(audit=0)
    task = await house.done(await house.ask("standard+human", policy, models=use))
    assert (task.status, task.response_json) == ("complete", '["approved"]')
    assert list(task.answers.values()) == ['["approved"]']
    assert await people.claim() is None
    assert house.models.asked == [1]


async def test_collected_answers_are_a_list_of_the_one(people: People) -> None:
    house = House(people, Models(SURE))
    task = await house.done(await house.ask("standard", Collect(answers=3)))
    assert task.response_json == '[["approved"]]'


@pytest.mark.parametrize("said", [DOUBT, Abstention("unreadable")])
@pytest.mark.parametrize(
    ("policy", "wanted"), [(None, 1), (Majority(min_agreements=2, max_crunchers=3), 2)]
)
async def test_people_get_what_the_model_is_not_sure_of(
    people: People, said: Opinion, policy: Policy | None, wanted: int
) -> None:
    house = House(people, Models(said))
    house.models.ready.clear()
    task = await house.ask("standard+human", policy)
    assert await people.claim() is None  # while the model has it
    house.models.ready.set()
    assert (await house.done(task)).status == "pending"
    granted = [await people.claim(worker) for worker in (people.worker, people.teammate)]
    assert sum(each is not None for each in granted) == wanted
    for worker, each in zip((people.worker, people.teammate), granted, strict=True):
        if each is not None:
            await answer(house.ports, worker, each.id, ["ban"])
    ended = await house.find(task)
    assert (ended.status, ended.response_json) == ("complete", '["ban"]')
    assert len(ended.answers) == wanted


async def test_a_share_of_sure_answers_is_judged_by_people(people: People) -> None:
    house = House(people, Models(SURE))
    task = await house.ask("standard+human", models=ModelUse(audit=1))
    assert (await house.done(task)).status == "pending"
    key = ConsultationKey(task.project, task.id)
    kept = await people.store.consultation(key)
    assert kept is not None
    assert kept.told is not None
    told = kept.told
    assert (kept.state, told.outcome, told.share, told.version) == ("handed", "audited", 1, "7")
    assert (told.response_json, told.confidence) == ('["approved"]', 0.97)
    granted = await people.claim()
    assert granted is not None


async def test_a_vote_is_one_answer_among_others(people: People) -> None:
    house = House(people, Models(SURE))
    policy = Majority(min_agreements=2, max_crunchers=3)
    use = ModelUse(use="vote")
    task = await house.done(await house.ask("standard+human", policy, models=use))
    assert task.status == "pending"
    granted = await people.claim()
    assert granted is not None
    assert await people.claim(people.teammate) is None
    await answer(house.ports, people.worker, granted.id, ["approved"])
    ended = await house.find(task)
    assert (ended.status, ended.response_json, len(ended.answers)) == (
        "complete",
        '["approved"]',
        2,
    )


async def test_models_alone_measure_and_may_have_nothing_to_say(people: People) -> None:
    house = House(people, Models(Verdict({"sexual": 0.25}, 0.1)))
    task = await house.done(await house.ask("nudity"))
    assert (task.status, task.response_json) == ("complete", '{"sexual":0.25}')
    house.models.said = Abstention("unreadable")
    asked = await house.ask("nudity")
    async with running(house), asyncio.timeout(30):
        while (await house.find(asked)).status == "pending":
            people.now += 1_000
            await asyncio.sleep(0.02)
        ended = await house.done(asked)
    assert (ended.status, ended.response_json, ended.answers) == ("complete", None, {})
    assert len(house.models.asked) == 4  # once, and then three times in vain
    assert await people.claim() is None


async def test_what_lies_about_its_shape_goes_to_people(people: People) -> None:
    house = House(people, Models(Verdict("approved", 1.0)))
    task = await house.done(await house.ask("standard"))
    assert task.status == "pending"
    assert await people.claim() is not None


async def test_without_a_model_people_are_asked_or_the_caller_is_told(people: People) -> None:
    house = House(people, Models(SURE))
    house.models.capabilities = dict
    await house.ask("standard+human")
    assert await people.claim() is not None
    with pytest.raises(Invalid) as refused:
        await house.ask("demographic")
    assert refused.value.field == "prediction"


async def test_an_aborted_task_is_let_go(people: People) -> None:
    house = House(people, Models(SURE))
    house.models.ready.clear()
    task = await house.ask("standard")
    await abort(house.ports, house.key, task.id)
    house.models.ready.set()
    ended = await house.done(task)
    assert (ended.status, ended.answers) == ("aborted", {})


async def test_another_node_takes_over(people: People) -> None:
    dead, alive = House(people, Models(SURE)), House(people, Models(SURE))
    dead.models.ready.clear()
    task = await dead.ask("standard")
    async with running(alive):
        people.now += 6_000  # its claim has run out
        ended = await alive.done(task)
    assert ended.response_json == '["approved"]'
    assert (dead.models.asked, alive.models.asked) == ([1], [1])
    dead.models.ready.set()  # it was not dead after all
    await asyncio.gather(*dead.consultations._asking)
    assert len((await dead.find(task)).answers) == 1


async def test_what_was_said_is_not_asked_again(people: People) -> None:
    dead, alive = House(people, Models(SURE)), House(people, Models(DOUBT))

    class Killed(Exception):
        pass

    class Dying:
        """The store, as a process sees it that is killed once it has kept what was said."""

        def __init__(self, store: Store) -> None:
            self._store = store

        def __getattr__(self, name: str) -> object:
            if name == "settle":
                raise Killed
            return getattr(self._store, name)

    dead.ports.store = Dying(people.store)  # type: ignore[assignment]
    task = await dead.ask("standard+human", models=ModelUse(audit=0))
    await dead.done(task, ("told",))
    async with running(alive):
        people.now += 6_000
        ended = await alive.done(task)
    assert ended.response_json == '["approved"]'
    assert alive.models.asked == []


async def test_many_go_in_batches(people: People) -> None:
    house = House(people, Models(SURE))
    tasks = await asyncio.gather(*(house.ask("standard") for _ in range(25)))
    for task in tasks:
        assert (await house.done(task)).status == "complete"
    assert max(house.models.asked) <= 4
    assert sum(house.models.asked) == 25


async def test_a_model_nobody_has_any_more_leaves_its_tasks_to_people(people: People) -> None:
    house = House(people, Models(SURE))
    house.models.ready.clear()
    task = await house.ask("standard")
    other = House(people, Models(SURE))
    other.models.capabilities = dict
    async with running(other):
        people.now += 6_000
        await other.done(task)
    assert await people.claim() is not None


async def test_a_project_uses_models_for_what_they_cover(people: People) -> None:
    house = House(people, Models(SURE))
    settings = ProjectSettings(models=ModelUse(audit=0))
    owner = await people.found("judging", settings)
    house.key = Key(id="k", project=owner, mode="live", hint="", created_at=0)
    task = await house.done(await house.ask("standard+human"))
    assert task.status == "complete"
    await people.ask(owner)  # of another kind, by the store alone
    assert house.models.asked == [1]
