"""What an export reads besides the tasks: their answers, by the names that requesters know."""

from tests.store.conftest import NOW, People

from humanwire.core import assignment as decide
from humanwire.core.assignment import Step
from humanwire.core.consensus import Collect
from humanwire.core.ids import TaskId
from humanwire.store.records import Settlement, Worker


async def work(people: People, worker: Worker, choice: str) -> TaskId:
    """Take the next task and answer it, a millisecond later than the one before."""
    people.now += 1
    lease = await people.claim(worker)
    assert lease is not None
    holding = await people.store.holding(worker.number, lease.id)
    assert holding is not None
    step = decide.answer(holding, [choice], (), 4.5)
    assert isinstance(step, Step)
    assert await people.store.settle(Settlement(step=step, now=people.now))
    return lease.task


async def test_answers_come_with_pseudonyms_in_order_of_arrival(people: People) -> None:
    number = people.project.number
    first, second = [await people.ask(policy=Collect(answers=2)) for _ in range(2)]
    await people.ask(people.other)
    for worker in (people.worker, people.teammate):
        assert [await work(people, worker, choice) for choice in "ab"] == [first, second]

    answers = await people.store.answers_of(number, [second, first])

    assert {each.task for each in answers} == {first, second}
    for task, response, times in ((first, '["a"]', [1, 3]), (second, '["b"]', [2, 4])):
        of_task = [each for each in answers if each.task == task]
        assert [each.worker for each in of_task] == ["worker of ours", "teammate of ours"]
        assert [each.answered_at - NOW for each in of_task] == times
        assert {each.response_json for each in of_task} == {response}
        assert all(each.counted and each.seconds == 4.5 for each in of_task)
    assert await people.store.answers_of(people.other.number, [first]) == []
    assert await people.store.answers_of(number, []) == []


async def test_a_late_answer_is_there_and_does_not_count(people: People) -> None:
    task = await people.ask()
    lease = await people.claim()
    assert lease is not None
    people.now = lease.expires_at + 1
    await people.store.lapse(people.now, 9)
    await work(people, people.teammate, "a")
    holding = await people.store.holding(people.worker.number, lease.id)
    assert holding is not None
    step = decide.answer(holding, ["b"], (), None)
    assert isinstance(step, Step)
    assert step.answer is not None
    await people.store.keep_late(holding.task, step.answer, people.now)

    answers = await people.store.answers_of(people.project.number, [task])

    assert [(each.response_json, each.counted, each.seconds) for each in answers] == [
        ('["a"]', True, 4.5),
        ('["b"]', False, None),
    ]
