"""Guidelines and workers' settings: kept whole, replaced together with what points at them."""

import asyncio

import msgspec
from tests.store.conftest import People

from humanwire.core.project import Project
from humanwire.store.documents import Document


def digested(project: Project, digest: str | None) -> Project:
    settings = msgspec.structs.replace(project.settings, guidelines=digest)
    return msgspec.structs.replace(project, settings=settings)


async def test_guidelines_change_together_with_their_digest(people: People) -> None:
    store, number = people.store, people.project.number
    assert await store.guidelines(number) is None
    text = "# Wie man markiert\n\n" + "ü" * 30_000

    await store.change_guidelines(digested(people.project, "abc"), text)

    assert await store.guidelines(number) == text
    assert await store.guidelines(people.other.number) is None
    assert (await store.project(number)).settings.guidelines == "abc"

    await store.change_guidelines(digested(people.project, "def"), "shorter")
    assert await store.guidelines(number) == "shorter"
    await store.change_guidelines(people.project, None)
    assert await store.guidelines(number) is None
    assert (await store.project(number)).settings.guidelines is None


async def test_a_workers_settings_need_a_higher_version_each_time(people: People) -> None:
    store, ada, ben = people.store, people.worker.number, people.teammate.number
    assert await store.worker_settings(ada) is None

    assert await store.save_worker_settings(ada, Document(2, '{"theme":"dark"}'))
    assert not await store.save_worker_settings(ada, Document(2, '{"theme":"light"}'))
    assert not await store.save_worker_settings(ada, Document(1, "{}"))

    assert await store.worker_settings(ada) == Document(2, '{"theme":"dark"}')
    assert await store.save_worker_settings(ada, Document(3, "{}"))
    assert await store.worker_settings(ada) == Document(3, "{}")
    assert await store.worker_settings(ben) is None


async def test_of_two_browsers_that_save_the_same_version_one_wins(people: People) -> None:
    saves = [
        people.store.save_worker_settings(people.worker.number, Document(1, f'{{"n":{n}}}'))
        for n in range(8)
    ]

    assert sum(await asyncio.gather(*saves)) == 1
