"""What is learned of models: kept by sort of answers, each change on top of the newest."""

import asyncio
from functools import reduce

from msgspec.structs import replace
from tests.store.conftest import People

from humanwire.core.handover import Aim, Audit, Learned, Sort, learn
from humanwire.store.learning import Standing

SORT = Sort("sorter", "2.1", "", "choice")


def after(audits: int) -> Learned:
    given = [Audit(0.97, n % 9 != 0, n, 0.5, 0.25) for n in range(audits)]
    return reduce(learn, given, Learned(aim=Aim(error=0.05, confidence=0.9)))


async def test_what_was_learned_comes_back_as_it_was(people: People) -> None:
    store, number = people.store, people.project.number
    assert await store.standing(number, SORT) == Standing(SORT, Learned())

    assert await store.keep_standing(number, Standing(SORT, after(40)), [])
    assert await store.standing(number, SORT) == Standing(SORT, after(40), 1)
    assert await store.keep_standing(number, Standing(SORT, after(41), 1), [])

    assert await store.standing(number, SORT) == Standing(SORT, after(41), 2)


async def test_each_sort_of_each_project_is_apart(people: People) -> None:
    store, number = people.store, people.project.number
    sorts = [
        SORT,
        replace(SORT, flavour="text"),
        replace(SORT, workflow="0198"),
        replace(SORT, version="3"),
        replace(SORT, model="Ähnlich"),
    ]
    for audits, sort in enumerate(sorts):
        assert await store.keep_standing(number, Standing(sort, after(audits)), [])

    listed = await store.list_standings(number)

    assert [each.sort for each in listed] == sorted(sorts)
    assert {each.sort: each.learned.audits for each in listed} == {
        sort: audits for audits, sort in enumerate(sorts)
    }
    assert await store.list_standings(people.other.number) == []
    assert await store.standing(people.other.number, SORT) == Standing(SORT, Learned())


async def test_of_those_who_learn_at_once_one_is_kept(people: People) -> None:
    store, number = people.store, people.project.number
    for revision in range(2):
        keeps = [
            store.keep_standing(number, Standing(SORT, after(n), revision), []) for n in range(6)
        ]
        assert sum(await asyncio.gather(*keeps)) == 1

    assert (await store.standing(number, SORT)).revision == 2
    assert not await store.keep_standing(number, Standing(SORT, after(1), 1), [])
