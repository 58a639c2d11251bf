"""A crowd that does anything at random, and a rule that says which task each of its claims gets."""

import os
from random import Random

from tests.store.conftest import LEASE, People

from humanwire.core import assignment as decide
from humanwire.core.assignment import Step
from humanwire.core.consensus import Collect, Majority, Policy, Single
from humanwire.core.ids import AssignmentId, TaskId, Uuid7
from humanwire.core.json import Json
from humanwire.core.questions import AnyQuestion, Choice, Text
from humanwire.store.records import Granted, Settlement, Worker

POLICIES: list[Policy] = [
    Single(),
    Collect(answers=2),
    Collect(answers=4),
    Majority(min_agreements=2, max_crunchers=4),
]
QUESTIONS: list[AnyQuestion] = [
    Choice(instruction="Which?", choices=("a", "b")),
    Text(instruction="What?"),
]
KINDS = [None, None, ("choice",), ("text",), ("text", "choice"), ("rating",)]


class Asked:
    """A task as whoever asked it knows it."""

    def __init__(self, identifier: TaskId, kind: str, priority: int, excluded: int | None) -> None:
        self.id = identifier
        self.kind = kind
        self.priority = priority
        self.excluded = excluded
        self.had: set[int] = set()


class Crowd:
    """Four workers of one project. `latest` is how many milliseconds late a task may arrive."""

    def __init__(self, people: People, seed: int, latest: int) -> None:
        self.people = people
        self.random = Random(seed)
        self.latest = latest
        self.tasks: dict[TaskId, Asked] = {}
        self.held: list[tuple[Worker, Granted]] = []
        self.given = 0

    async def gather(self) -> "Crowd":
        ours = self.people.project
        self.workers = [await self.people.hire(f"worker {n}", ours) for n in range(4)]
        return self

    async def act(self) -> None:
        """Do one thing."""
        acts = [self.ask, self.claim, self.claim, self.answer, self.answer, self.give_up, self.wait]
        await self.random.choices(acts, [4, 10, 10, 8, 8, 4, 1])[0]()

    async def ask(self) -> None:
        question = self.random.choice(QUESTIONS)
        priority = self.random.choice([1, 5, 5, 5, 9])
        excluded = self.random.randrange(8)
        barred = self.workers[excluded] if excluded < len(self.workers) else None
        late = self.latest if self.random.random() < 0.2 else 0
        made = self.people.now - self.random.randint(0, late)
        identifier = TaskId(Uuid7().make(made, os.urandom(8)) if late else self.people.new_id())
        await self.ask_one(
            id=identifier,
            question=question,
            priority=priority,
            policy=self.random.choice(POLICIES),
            excluded=(f"{barred.name} of ours",) if barred else (),
        )
        kind = question.__struct_config__.tag
        assert isinstance(kind, str)
        asked = Asked(identifier, kind, priority, barred.number if barred else None)
        self.tasks[identifier] = asked

    async def ask_one(self, **fields: object) -> None:
        await self.people.ask(None, **fields)

    async def claim(self) -> None:
        """Claim, and hold the outcome against the rule."""
        worker = self.random.choice(self.workers)
        kinds = self.random.choice(KINDS)
        wanted = await self.best(worker, kinds)
        granted = await self.people.claim(worker, kinds=kinds, most=10**6)
        assert (granted.task if granted else None) == wanted
        if granted:
            self.held.append((worker, granted))
            self.given += 1

    async def best(self, worker: Worker, kinds: tuple[str, ...] | None) -> TaskId | None:
        """The highest priority, then the oldest, of what the worker may have."""
        fits: list[Asked] = []
        for task in self.tasks.values():
            if not self.may_have(task, worker) or (kinds is not None and task.kind not in kinds):
                continue
            now = await self.people.store.task_now(self.people.project.number, task.id)
            assert now is not None
            had = task.had | {int(lease.worker) for lease in now.leases}
            if now.vacant and worker.number not in had:
                fits.append(task)
        fits.sort(key=lambda task: (-task.priority, task.id))
        return fits[0].id if fits else None

    def may_have(self, task: Asked, worker: Worker) -> bool:
        """Whether the worker may have the task, if they have not had it."""
        return task.excluded != worker.number

    async def answer(self) -> None:
        if not self.held:
            return
        worker, lease = self.held.pop(self.random.randrange(len(self.held)))
        found = await self.people.store.holding(worker.number, lease.id)
        assert found is not None
        if found.own is not None:
            return
        said = self.random.choice("ab")
        given: Json = [said] if self.tasks[lease.task].kind == "choice" else said
        step = decide.answer(found, given, (), None)
        if isinstance(step, Step) and found.task.status == "pending":
            await self.settle(step)
            self.tasks[lease.task].had.add(worker.number)

    async def give_up(self) -> None:
        """Skip or return a task, flag one, or let an owner abort one."""
        if not self.held:
            return
        worker, lease = self.held.pop(self.random.randrange(len(self.held)))
        if self.random.random() < 0.4:
            await self.people.store.release(worker.number, AssignmentId(lease.id))
            return
        found = await self.people.store.holding(worker.number, lease.id)
        assert found is not None
        if decide.why_gone(found, self.people.now):
            return
        match self.random.randrange(6):
            case 0:
                await self.settle(
                    decide.flag(found, "no", self.random.choice((1, 2)), self.people.now)
                )
            case 1:
                await self.settle(decide.abort(found.task, None))
            case _:
                await self.settle(decide.skip(found, "", self.people.now))
        self.tasks[lease.task].had.add(worker.number)

    async def wait(self) -> None:
        """Let time go by, and leases run out."""
        self.people.now += self.random.choice([1000, 50_000, LEASE // 2, LEASE + 1])
        while await self.people.store.lapse(self.people.now, 500):
            pass

    async def settle(self, step: Step) -> None:
        assert await self.people.store.settle(Settlement(step=step, now=self.people.now))
