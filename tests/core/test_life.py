"""A task's life under any order of claims, answers, skips, flags, lapses and aborts.

The machine keeps the task as a store would, and applies whatever steps the core decides on.
"""

import contextlib
from itertools import count

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from humanwire.core import assignment as decide_on
from humanwire.core.assignment import Holding, Lease, LeaseState, Recorded, Step, TaskNow
from humanwire.core.consensus import AskMore, Collect, Majority, Policy, Single, decide
from humanwire.core.errors import AlreadyAnswered, Ended, LeaseGone
from humanwire.core.ids import AssignmentId, ProjectId, TaskId, WorkerId
from humanwire.core.questions import Choice, Given
from humanwire.core.task import End

QUESTION = Choice(instruction="Which?", choices=("a", "b", "c"))
WORKERS = st.integers(1, 5).map(WorkerId)
CHOICES = st.sampled_from("abc")
POLICIES: st.SearchStrategy[Policy] = st.one_of(
    st.just(Single()),
    st.integers(1, 3).flatmap(
        lambda least: st.integers(least, 4).map(
            lambda most: Majority(min_agreements=least, max_crunchers=most)
        )
    ),
    st.integers(1, 4).map(lambda answers: Collect(answers=answers)),
)
NOW = 1_000


class Life(RuleBasedStateMachine):
    @initialize(policy=POLICIES, flags=st.integers(1, 3))
    def begin(self, policy: Policy, flags: int) -> None:
        first = decide(policy, QUESTION, ())
        assert isinstance(first, AskMore)
        self.task = TaskNow(
            project=ProjectId(1),
            id=TaskId("task"),
            mode="live",
            dialect="heat",
            status="pending",
            version=0,
            vacant=first.wanted,
            policy=policy,
            question=QUESTION,
            hook_url=None,
        )
        self.flags_to_end = flags
        self.numbers = count(1)
        self.states: dict[AssignmentId, tuple[WorkerId, LeaseState]] = {}
        self.recorded: dict[WorkerId, Recorded] = {}
        self.ends: list[End] = []

    def now(self) -> TaskNow:
        live = [Lease(key, who) for key, (who, state) in self.states.items() if state == "leased"]
        flags = sum(state == "flagged" for _, state in self.states.values())
        return replace(self.task, leases=live, flags=flags)

    def holding(self, lease: AssignmentId) -> Holding:
        worker, state = self.states[lease]
        return Holding(
            id=lease,
            worker=worker,
            state=state,
            expires_at=NOW + 1,
            task=self.now(),
            own=self.recorded.get(worker),
        )

    def apply(self, step: Step) -> None:
        assert self.task.status == "pending"
        assert step.vacant >= 0
        for lease, state in step.closes:
            self.states[lease] = (self.states[lease][0], state)
        answers = self.task.answers
        if step.answer is not None:
            assert step.answer.worker not in self.recorded
            self.recorded[step.answer.worker] = Recorded(step.answer.response, counted=True)
            answers = (*answers, Given(step.answer.worker, step.answer.response))
        if step.end is not None:
            self.ends.append(step.end)
        status = step.end.status if step.end else "pending"
        self.task = replace(self.task, vacant=step.vacant, status=status, answers=answers)

    def lease_of(self, data: st.DataObject) -> AssignmentId:
        return data.draw(st.sampled_from(sorted(self.states)))

    @precondition(lambda self: self.task.vacant > 0)
    @rule(worker=WORKERS)
    def claim(self, worker: WorkerId) -> None:
        had = {"leased", "answered", "skipped", "flagged"}
        if not any(who == worker and state in had for who, state in self.states.values()):
            lease = AssignmentId(f"{next(self.numbers):04d}")
            self.states[lease] = (worker, "leased")
            self.task = replace(self.task, vacant=self.task.vacant - 1)

    @precondition(lambda self: self.states)
    @rule(data=st.data(), choice=CHOICES)
    def answer(self, data: st.DataObject, choice: str) -> None:
        found = self.holding(self.lease_of(data))
        try:
            step = decide_on.answer(found, [choice], (), None)
        except AlreadyAnswered:
            assert found.own is not None
            assert found.own.response != [choice]
            return
        if isinstance(step, Recorded):
            assert step == found.own
        elif self.task.status == "pending":
            self.apply(step)
        else:
            assert step.answer is not None
            assert not step.answer.counted
            assert step.end is None
            self.recorded[found.worker] = Recorded(step.answer.response, counted=False)

    @precondition(lambda self: self.states)
    @rule(data=st.data())
    def skip(self, data: st.DataObject) -> None:
        found = self.holding(self.lease_of(data))
        with contextlib.suppress(LeaseGone):
            self.apply(decide_on.skip(found, "", NOW))
            assert found.state == "leased"

    @precondition(lambda self: self.states)
    @rule(data=st.data())
    def flag(self, data: st.DataObject) -> None:
        found = self.holding(self.lease_of(data))
        with contextlib.suppress(LeaseGone):
            step = decide_on.flag(found, "cannot be read", self.flags_to_end, NOW)
            assert (step.end is not None) == (found.task.flags + 1 >= self.flags_to_end)
            self.apply(step)

    @precondition(lambda self: self.states)
    @rule(data=st.data())
    def lapse(self, data: st.DataObject) -> None:
        lease = self.lease_of(data)
        worker, state = self.states[lease]
        if state == "leased":
            self.states[lease] = (worker, "lapsed")
            self.task = replace(self.task, vacant=self.task.vacant + 1)

    @rule()
    def abort(self) -> None:
        try:
            self.apply(decide_on.abort(self.now(), None))
        except Ended:
            assert self.ends

    @invariant()
    def as_many_are_asked_as_wanted(self) -> None:
        task = self.now()
        if task.status == "pending":
            verdict = decide(task.policy, QUESTION, task.answers)
            assert isinstance(verdict, AskMore)
            assert task.vacant + len(task.leases) == verdict.wanted
        else:
            assert (task.vacant, list(task.leases)) == (0, [])

    @invariant()
    def it_ends_once(self) -> None:
        assert len(self.ends) == (self.task.status != "pending")


Life.TestCase.settings = settings(max_examples=150, stateful_step_count=40)
TestLife = Life.TestCase
