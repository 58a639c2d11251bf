"""A database with something in every table, and what it holds, for copies and backups."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import msgspec
from tests.store.conftest import NOW, People

from humanwire import wiring
from humanwire.core import assignment as decide
from humanwire.core.assignment import Step
from humanwire.core.batch import Batch
from humanwire.core.consensus import Collect
from humanwire.core.handover import Aim, Audit, Learned, Sort, learn
from humanwire.core.ids import AssignmentId, BatchId, DeliveryId, MediaId, WorkflowId
from humanwire.core.panel import ModelUse
from humanwire.core.questions import Tracking
from humanwire.core.questions.tracking_setting import Frame
from humanwire.core.task import End
from humanwire.core.workflow import Workflow
from humanwire.store.consultations import ConsultationKey, NewConsultation, Told
from humanwire.store.deliveries import Attempt, AttemptResult
from humanwire.store.documents import Document
from humanwire.store.interface import Store
from humanwire.store.learning import Standing
from humanwire.store.postgres.store import PostgresStore
from humanwire.store.records import (
    Ask,
    Draft,
    Filing,
    IdempotencyKey,
    Key,
    Media,
    NewDelivery,
    Settlement,
)
from humanwire.store.sqlite.store import SqliteStore
from humanwire.store.tables import TABLES, shared

TEXT = "✓ 👩‍🔬 \u2028 \x01 ' \" \\ ü\n"


def url_of(store: Store) -> str:
    if isinstance(store, SqliteStore):
        return f"sqlite:///{store.path}"
    assert isinstance(store, PostgresStore)
    return store.url


async def fill(people: People) -> None:
    """Put at least a row into every table, also an ugly or a large one where there can be one."""
    store, number = people.store, people.project.number
    key = Key(id=people.new_id(), project=people.project, mode="live", hint="live…", created_at=NOW)
    await store.create_key(key, b"\x00\xff digest")
    await store.open_session(b"worker's", people.worker.number, NOW + 10**9)
    await store.open_session(b"operator's", None, NOW + 10**9)
    await store.create_operator_key(b"operator", NOW)
    await store.add_media(
        Media(project=number, id=MediaId("1-x"), type="image/png", bytes=7, created_at=NOW)
    )
    assert await store.spend(number, "ask", 200, 5, NOW) == 0
    await _write_documents(people)
    await _learn(people)
    await _consult(people)
    await store.enter(number, "top_up", 5_000_000, TEXT, NOW)
    await _file(people)
    await people.ask(
        metadata={TEXT: TEXT, "b": "x" * 16_000},
        excluded=("teammate of ours",),
        deadline=NOW + 1,
        policy=Collect(answers=2),
    )
    await people.ask(body_json='{"instruction": "%s"}' % ("ü" * 500_000), policy=Collect(answers=2))
    for _ in range(20):
        await people.ask(body_json='{"instruction": "%s"}' % ("x" * 300_000))
    for _ in range(2):
        lease = await people.claim()
        assert lease is not None
        for act, choice in ((decide.answer, "a"), (decide.correct, "b")):
            holding = await store.holding(people.worker.number, lease.id)
            assert holding is not None
            step = act(holding, [choice], (), 0.1 + 0.2)
            assert isinstance(step, Step)
            assert await store.settle(Settlement(step=step, now=NOW))
        draft = Draft(1, '{"text": "\\u0000"}')
        assert await store.save_draft(people.worker.number, lease.id, draft)
    await _deliver(people)


async def _deliver(people: People) -> None:
    store, number = people.store, people.project.number
    end = End(status="flagged", feedback=TEXT)
    task = people.task(mode="test", vacant=0, end=end)
    delivery = NewDelivery(people.new_id(), "https://e.org/h", "https://e.org", NOW)  # type: ignore[arg-type]
    idempotency = IdempotencyKey("order 1", b"\x00")
    await store.ask(number, [Ask(task=task, idempotency=idempotency, delivery=delivery)])
    (due,) = await store.due_deliveries(NOW, NOW + 1, 9, [])
    await store.attempted(
        AttemptResult(
            project=number,
            delivery=due.id,
            now=NOW,
            state="failed",
            attempt=Attempt(time=NOW, status=500, ms=3),
            disables=True,
            reason="status_500",
        )
    )


def ignore(step: str, more: int) -> None:
    pass


async def _write_documents(people: People) -> None:
    store, number = people.store, people.worker.number
    await store.change_guidelines(people.project, f"# {TEXT}")
    assert await store.save_worker_settings(number, Document(2**40, '{"a": "\\u0000"}'))


async def _learn(people: People) -> None:
    known = learn(Learned(aim=Aim(error=0.05)), Audit(0.97, right=True, at=NOW))
    sort = Sort("sorter", "2.1", "", "choice")
    assert await people.store.keep_standing(people.project.number, Standing(sort, known), [])


async def _consult(people: People) -> None:
    number, lease = people.project.number, people.new_id()
    new = NewConsultation(
        assignment=AssignmentId(f"{number}-{lease}"),
        worker=people.teammate.number,
        model=TEXT,
        use=ModelUse(error=0.1),
        claimed_until=NOW,
    )
    task = await people.ask(vacant=0, consultation=new)
    told = Told(outcome="unsure", version="1", at=NOW, response_json='["a"]', confidence=0.1)
    key = ConsultationKey(number, task)
    await people.store.keep_told([(key, told)])
    await people.store.end_consultations([(key, "handed")])


async def _file(people: People) -> None:
    store, number = people.store, people.project.number
    workflow = Workflow(
        id=WorkflowId(people.new_id()),
        tag=TEXT,
        version=1,
        created_at=NOW,
        question=Tracking(instruction=TEXT),
        consensus=Collect(answers=2),
        lease_seconds=0.1 + 0.2,
        workers=(people.worker.number,),
    )
    assert await store.add_workflow(number, workflow)
    batch = Batch(
        id=BatchId(people.new_id()),
        mode="live",
        name=TEXT,
        dialect="playment-v1",
        callback_url="http://e.com",
        created_at=NOW,
    )
    assert await store.add_batch(number, batch)
    done = msgspec.structs.replace(batch, id=BatchId(people.new_id()), name="done")
    assert await store.add_batch(number, done)
    told = NewDelivery(DeliveryId(people.new_id()), "http://e.com", "http://e.com", NOW + 10**9)
    await store.close_batch(number, "live", done.id, NOW, told)
    filing = Filing(reference="\u00fc" * 20_000, tag=TEXT, workflow=workflow.id, batch=batch.id)
    task = people.task(filing=filing, audience=(people.teammate.number,), lease_ms=7)
    points = {"points": {"p1": {"x": 0, "y": 0}, "p2": {"x": 1, "y": 1}}}
    line = {"type": "line", "label": "x", "frames": {"1": points}}
    over = people.task(
        filing=msgspec.structs.replace(filing, reference="staged"),
        question=Tracking(instruction=TEXT, frames=(Frame("1", "http://e.com"),)),
        end=End(status="complete", response={"annotations": [line]}),
        vacant=0,
    )
    await store.ask(number, [Ask(task=task), Ask(task=over)])


async def contents(database: str):
    found = {}
    async with wiring.open_reader(database) as reader:
        for table in TABLES:
            columns = shared(table.name, await reader.columns(table.name))
            rows = [row async for some in reader.rows(table, columns) for row in some]
            found[table.name] = [dict(zip(columns, row, strict=True)) for row in rows]
    return found


@asynccontextmanager
async def stored(database: str) -> AsyncGenerator[Store]:
    path = database.removeprefix("sqlite:///")
    store: Store = SqliteStore(path) if path != database else PostgresStore(database)
    await store.open()
    try:
        yield store
    finally:
        await store.close()
