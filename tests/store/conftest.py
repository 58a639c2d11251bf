"""The engines under contract, and the people of the tests."""

import os
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from tests.postgres import PostgresServer, new_database

from humanwire.core.consensus import Policy, Single, decide
from humanwire.core.ids import ProjectId, TaskId, Uuid7
from humanwire.core.project import Project, ProjectSettings, WebhookSecret
from humanwire.core.questions import AnyQuestion, Choice
from humanwire.store.interface import Store
from humanwire.store.postgres.store import PostgresStore
from humanwire.store.records import Ask, ClaimRequest, Granted, NewTask, Worker
from humanwire.store.sqlite.store import SqliteStore

NOW = 1_800_000_000_000
LEASE = 600_000


class People:
    """A store with two projects: a worker and a teammate of the first, a stranger of the second."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.ids = Uuid7()
        self.now = NOW

    async def arrive(self) -> "People":
        self.project = await self.found("ours")
        self.other = await self.found("theirs")
        self.worker = await self.hire("worker", self.project)
        self.teammate = await self.hire("teammate", self.project)
        self.stranger = await self.hire("stranger", self.other)
        return self

    async def found(self, name: str, settings: ProjectSettings | None = None) -> Project:
        project = Project(
            number=ProjectId(0),
            id=self.new_id(),
            name=name,
            settings=settings or ProjectSettings(),
            webhook_secrets=(WebhookSecret("whsec_c2VjcmV0"),),
        )
        return await self.store.create_project(project, self.now)

    async def hire(self, name: str, *projects: Project) -> Worker:
        worker = await self.store.create_worker(name, self.new_id(), name.encode(), self.now)
        for project in projects:
            await self.store.join(worker.number, project.number, f"{name} of {project.name}")
        return worker

    def new_id(self) -> str:
        return self.ids.make(self.now, os.urandom(8))

    def task(self, **changes: object) -> NewTask:
        question: AnyQuestion = Choice(instruction="Which?", choices=("a", "b"))
        policy: Policy = changes.pop("policy", Single())  # type: ignore[assignment]
        fields: dict[str, object] = {
            "id": TaskId(self.new_id()),
            "mode": "live",
            "dialect": "heat",
            "type": "multiple-choice",
            "priority": 5,
            "question": question,
            "policy": policy,
            "body_json": '{"instruction": "Which?"}',
            "created_at": self.now,
            "vacant": decide(policy, question, ()).wanted,  # type: ignore[union-attr]
        }
        return NewTask(**(fields | changes))  # type: ignore[arg-type]

    async def ask(self, project: Project | None = None, **changes: object) -> TaskId:
        task = self.task(**changes)
        await self.store.ask((project or self.project).number, [Ask(task=task)])
        return task.id

    async def claim(self, worker: Worker | None = None, **changes: object) -> Granted | None:
        fields: dict[str, object] = {
            "worker": (worker or self.worker).number,
            "assignment": self.new_id(),
            "now": self.now,
            "lease_ms": LEASE,
            "most": 2,
        }
        return await self.store.claim(ClaimRequest(**(fields | changes)))  # type: ignore[arg-type]


@pytest.fixture(params=["sqlite", "older", "18"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Store]:
    """Each engine under contract: SQLite, and PostgreSQL in an older version and in 18."""
    opened: Store
    if request.param == "sqlite":
        opened = SqliteStore(tmp_path / "store.db")
        await opened.open()
        yield opened
        await opened.close()
        return
    server: PostgresServer = request.getfixturevalue(f"postgres_{request.param}")
    url = await new_database(server, migrated)
    opened = PostgresStore(url)
    await opened.open()
    yield opened
    await opened.close()
    await server.drop_database(url)


async def migrated(url: str) -> None:
    """Bring an empty PostgreSQL database to our schema."""
    store = PostgresStore(url, migrating=True)
    await store.open()
    await store.close()


@pytest.fixture
async def people(store: Store) -> People:
    return await People(store).arrive()
