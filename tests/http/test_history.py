"""A worker's own past over HTTP, on both engines: the list, corrections and their races, drafts."""

import asyncio
import json
from collections.abc import AsyncGenerator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from tests.house import House, Reply, open_house
from tests.http.test_media import PNG
from tests.postgres import PostgresServer, new_database
from tests.store.conftest import migrated

TWO_OF_THREE: dict[str, Any] = {
    "confidence": {"strategy": "majority", "min_agreements": 2, "max_crunchers": 3}
}
MIB = 1024 * 1024


@pytest.fixture(params=["sqlite", "postgres"])
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[House]:
    if request.param == "sqlite":
        async with open_house(tmp_path) as opened:
            yield opened
        return
    server: PostgresServer = request.getfixturevalue("postgres_18")
    url = await new_database(server, migrated)
    async with open_house(tmp_path, database=url) as opened:
        yield opened
    await server.drop_database(url)


async def say(house: House, lease: str, choice: str, token: str = "", method: str = "PUT") -> Reply:
    path = f"/assignments/{lease}/answer"
    return await house.work(path, {"response": [choice]}, token, method)


async def answered(house: House, choice: str = "cat", **fields: Any) -> tuple[str, str]:
    task = (await house.ask(**fields))["id"]
    lease = (await house.claim())["id"]
    assert (await say(house, lease, choice, method="POST")).status == 200
    return task, lease


async def test_the_list_has_what_the_worker_said_and_how_the_task_stands(house: House) -> None:
    done, _ = await answered(house, max_answers=1)
    open_one, lease = await answered(house, "dog", **TWO_OF_THREE)

    first = (await house.work("/history?limit=1", method="GET")).json
    rest = (await house.work(f"/history?limit=5&cursor={first['cursor']}", method="GET")).json

    assert [each["task"]["id"] for each in first["answers"] + rest["answers"]] == [open_one, done]
    [said] = first["answers"]
    assert (said["assignment"], said["response"], said["status"]) == (lease, ["dog"], "pending")
    assert (said["correctable"], said["counted"], said["corrected_at"]) == (True, True, None)
    assert said["task"]["instruction"] == "Which animal?"
    assert [each["correctable"] for each in rest["answers"]] == [False]
    assert rest["cursor"] is None
    assert (await house.work("/history", None, house.teammate, "GET")).json["answers"] == []


async def test_one_is_read_whole_to_be_corrected(house: House) -> None:
    _, lease = await answered(house, **TWO_OF_THREE)

    past = (await house.work(f"/history/{lease}", method="GET")).json

    assert (past["response"], past["draft"], past["correctable"]) == (["cat"], None, True)
    assert past["task"]["question"]["choices"] == ["cat", "dog", "fox"]
    strange = await house.work(f"/history/{lease}", None, house.teammate, "GET")
    assert strange.status == 404


async def test_a_long_answer_is_left_to_be_read_by_itself(house: House) -> None:
    await house.ask("free-text", instruction="Tell.")
    lease = (await house.claim())["id"]
    words = "word" * 1000
    await house.work(f"/assignments/{lease}/answer", {"response": words})

    [said] = (await house.work("/history", method="GET")).json["answers"]

    assert said["response"] is None
    assert (await house.work(f"/history/{lease}", method="GET")).json["response"] == words


async def test_a_correction_counts_instead_of_the_answer(house: House) -> None:
    task, lease = await answered(house, "cat", **TWO_OF_THREE)

    for _ in range(2):  # the reply may have been lost
        reply = await say(house, lease, "dog")
        assert (reply.status, reply.json) == (200, {"accepted": True, "counted": True})

    theirs = (await house.claim(house.teammate))["id"]
    await say(house, theirs, "dog", house.teammate, "POST")
    done = await house.read(task)
    assert (done["status"], done["response"]) == ("complete", ["dog"])
    [said] = (await house.work("/history", method="GET")).json["answers"]
    assert said["corrected_at"] is not None
    assert (await house.work("/me", method="GET")).json["counts"]["answered"] == 1


async def test_what_is_over_stays_and_says_so(house: House) -> None:
    _, lease = await answered(house, max_answers=1)

    late = await say(house, lease, "dog")

    assert (late.status, late.json["error"]["code"]) == (409, "already_ended")
    assert "ended" in late.json["error"]["message"]
    assert (await say(house, lease, "cat")).status == 200
    bad = await say(house, lease, "bird")
    assert (bad.status, bad.json["error"]["field"]) == (422, "response[0]")
    assert (await say(house, lease, "dog", house.teammate)).status == 404


async def test_corrections_race_and_one_stands(house: House) -> None:
    task, lease = await answered(house, "cat", **TWO_OF_THREE)

    choices = ["dog", "fox"] * 4
    replies = await asyncio.gather(*(say(house, lease, choice) for choice in choices))

    assert {reply.status for reply in replies} == {200}
    past = (await house.work(f"/history/{lease}", method="GET")).json
    assert past["response"] in (["dog"], ["fox"])
    theirs = (await house.claim(house.teammate))["id"]
    await say(house, theirs, past["response"][0], house.teammate, "POST")
    assert (await house.read(task))["response"] == past["response"]


@pytest.mark.parametrize("turn", range(4))
async def test_a_correction_and_the_last_answer_race(house: House, turn: int) -> None:
    """Either the two agree and the task ends with that, or the correction came first."""
    task, lease = await answered(house, "cat", **TWO_OF_THREE)
    theirs = (await house.claim(house.teammate))["id"]
    acts = [say(house, lease, "dog"), say(house, theirs, "cat", house.teammate, "POST")]

    mine, last = await asyncio.gather(*(acts if turn % 2 else acts[::-1]))
    if not turn % 2:
        mine, last = last, mine

    assert (last.status, last.json["counted"]) == (200, True)
    now = await house.read(task)
    if mine.status == 200:
        assert now["status"] == "pending"
        past = (await house.work(f"/history/{lease}", method="GET")).json
        assert (past["response"], past["correctable"]) == (["dog"], True)
    else:
        assert (mine.status, mine.json["error"]["code"]) == (409, "already_ended")
        assert (now["status"], now["response"]) == ("complete", ["cat"])


async def test_progress_counts_todays_answers(house: House) -> None:
    await answered(house)
    house.clock.ahead += 2 * 3_600_000
    await answered(house)

    told = (await house.work("/progress", method="GET")).json

    assert (told["answered"], told["last_hour"]) == (2, 1)
    assert told["total"] == {"answered": 2, "skipped": 0, "flagged": 0}
    later = (await house.work(f"/progress?since={told['since'][:10]}", method="GET")).json
    assert later["error"]["field"] == "since"


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=x", "cursor=1-x-y"])
async def test_a_bad_query_names_its_field(house: House, query: str) -> None:
    reply = await house.work(f"/history?{query}", method="GET")
    assert (reply.status, reply.json["error"]["field"]) == (422, query.partition("=")[0])


async def test_a_draft_made_from_another_is_told_apart(house: House) -> None:
    await house.ask()
    lease = (await house.claim())["id"]
    path = f"/assignments/{lease}/draft"
    assert (await house.work(path, method="GET")).status == 404
    first = {"version": 1, "body": "one", "base": 0}
    assert (await house.work(path, first, method="PUT")).status == 200
    assert (await house.work(path, first | {"version": 9}, method="PUT")).status == 409

    read = await house.work(path, method="GET")

    assert read.json == {"version": 1, "body": "one"}


async def test_a_draft_has_room_for_what_its_kind_needs(house: House) -> None:
    await house.ask()
    frames = [{"frame_id": "1", "src": "https://example.org/1.jpg"}]
    await house.ask("tracking", instruction="Follow.", video_data={"frames": frames})
    small, large = (await house.claim())["id"], (await house.claim())["id"]
    draft = {"version": 1, "body": ["x" * MIB]}

    async def save(lease: str) -> Reply:
        body = BytesIO(json.dumps(draft).encode())
        headers = {"Authorization": f"Bearer {house.worker}"}
        path = f"/worker/v1/assignments/{lease}/draft"
        return await house.call("PUT", path, data=body, headers=headers)

    refused, kept = await save(small), await save(large)

    assert (refused.status, refused.json["error"]["code"]) == (413, "too_large")
    assert kept.status == 200


async def test_a_task_given_back_goes_to_others_or_comes_again(house: House) -> None:
    task = (await house.ask())["id"]
    lease = (await house.claim())["id"]

    for _ in range(2):
        assert (await house.work(f"/assignments/{lease}/release")).status == 200

    again = await house.claim()
    assert again["task"]["id"] == task
    assert again["id"] != lease
    await say(house, again["id"], "cat", method="POST")
    gone = await house.work(f"/assignments/{again['id']}/release")
    assert (gone.status, gone.json["error"]["reason"]) == (409, "answered")


async def test_an_answer_that_may_be_corrected_takes_uploads(house: House) -> None:
    async def upload(lease: str, token: str = "") -> int:
        headers = {"Authorization": f"Bearer {token or house.worker}", "Content-Type": "image/png"}
        path = f"/worker/v1/media?assignment={lease}"
        return (await house.call("POST", path, data=PNG, headers=headers)).status

    open_task, lease = await answered(house, **TWO_OF_THREE)
    _, over = await answered(house, max_answers=1)

    assert await upload(lease) == 200
    refused = [await upload(over), await upload("nonsense"), await upload(lease, house.teammate)]
    assert refused == [422, 422, 422]
    assert (await house.read(open_task))["status"] == "pending"
