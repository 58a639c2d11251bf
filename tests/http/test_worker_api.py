"""The worker API over HTTP: taking, answering, skipping, flagging, and what can go wrong."""

import asyncio

import pytest
from tests.house import House

from humanwire.flows import sweep

LEASE = 600_000


async def test_a_worker_answers_and_the_caller_has_it(house: House) -> None:
    task = (
        await house.ask(attachments=["https://example.org/a%20b.png"], attachments_type="image")
    )["id"]

    reply = await house.work("/assignments", {})

    assert reply.status == 201
    lease = reply.json
    assert lease["lease_seconds"] == 600
    assert lease["draft"] is None
    shown = lease["task"]
    assert (shown["id"], shown["project"], shown["type"]) == (task, "ours", "multiple-choice")
    assert (shown["kind"], shown["instruction"]) == ("choice", "Which animal?")
    assert shown["question"]["choices"] == ["cat", "dog", "fox"]
    assert shown["attachments"] == [{"type": "image", "value": "https://example.org/a%20b.png"}]
    assert list(shown["sources"]) == ["https://example.org/a%20b.png"]

    answered = await house.work(f"/assignments/{lease['id']}/answer", {"response": ["fox"]})
    assert (answered.status, answered.json) == (200, {"accepted": True, "counted": True})
    done = await house.read(task)
    assert (done["status"], done["response"]) == ("complete", ["fox"])
    assert list(done["raw_responses"].values()) == [["fox"]]


async def test_no_work_is_204_and_waiting_ends_with_the_first_task(house: House) -> None:
    assert (await house.work("/assignments", {})).status == 204
    waiting = asyncio.create_task(house.work("/assignments", {"wait": 30}))
    while not house.ports.wakeups.line._places:
        await asyncio.sleep(0.01)

    task = (await house.ask())["id"]

    reply = await asyncio.wait_for(waiting, 5)
    assert (reply.status, reply.json["task"]["id"]) == (201, task)


async def test_who_hangs_up_while_waiting_gets_no_lease(house: House) -> None:
    waiting = asyncio.create_task(house.work("/assignments", {"wait": 30}))
    while not house.ports.wakeups.line._places:
        await asyncio.sleep(0.01)
    waiting.cancel()
    while house.ports.wakeups.line._places:
        await asyncio.sleep(0.01)

    await house.ask()

    assert (await house.work("/assignments", {}, house.teammate)).status == 201


async def test_the_same_submit_five_times_counts_once(house: House) -> None:
    task = (await house.ask())["id"]
    lease = (await house.claim())["id"]
    path = f"/assignments/{lease}/answer"

    replies = await asyncio.gather(*(house.work(path, {"response": ["cat"]}) for _ in range(5)))

    assert [(reply.status, reply.json["counted"]) for reply in replies] == [(200, True)] * 5
    other = await house.work(path, {"response": ["dog"]})
    assert (other.status, other.json["error"]["code"]) == (409, "already_answered")
    assert len((await house.read(task))["raw_responses"]) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"response": ["bird"]}, "response[0]"),
        ({"response": "cat"}, "response"),
        ({"response": ["cat", "dog"], "media": 3}, "media"),
        ({"response": None}, "response"),
        ({}, "response"),
        ({"response": ["cat"], "media": [{"width": "x", "height": 1}]}, "media[0].width"),
    ],
)
async def test_an_answer_that_does_not_fit_names_its_field_and_keeps_the_lease(
    house: House, body: object, field: str
) -> None:
    await house.ask(max_answers=1)
    lease = (await house.claim())["id"]

    reply = await house.work(f"/assignments/{lease}/answer", body)

    assert reply.status == 422
    assert reply.json["error"]["field"] == field
    held = (await house.work("/assignments", method="GET")).json["assignments"]
    assert [each["id"] for each in held] == [lease]


async def test_what_is_not_theirs_is_404(house: House) -> None:
    await house.ask()
    lease = (await house.claim())["id"]

    for verb, body in [
        ("answer", {"response": ["cat"]}),
        ("skip", {}),
        ("flag", {"feedback": "?"}),
        ("heartbeat", {}),
    ]:
        for token in (house.teammate, house.stranger):
            reply = await house.work(f"/assignments/{lease}/{verb}", body, token)
            assert (verb, reply.status, reply.json["error"]["code"]) == (verb, 404, "not_found")


async def test_without_a_token_it_is_401(house: House) -> None:
    for token in ("wk_wrong", house.key):
        reply = await house.work("/me", None, token, "GET")
        assert (reply.status, reply.json["error"]["code"]) == (401, "unauthorized")


async def test_a_skipped_task_goes_to_others(house: House) -> None:
    task = (await house.ask())["id"]
    lease = (await house.claim())["id"]

    assert (await house.work(f"/assignments/{lease}/skip", {"reason": "unsure"})).status == 200
    assert (await house.work(f"/assignments/{lease}/skip", {})).status == 200

    assert (await house.work("/assignments", {})).status == 204
    assert (await house.claim(house.teammate))["task"]["id"] == task
    late = await house.work(f"/assignments/{lease}/heartbeat", {})
    assert (late.status, late.json["error"]["reason"]) == (409, "skipped")


async def test_a_flag_ends_the_task_with_its_feedback(house: House) -> None:
    task = (await house.ask())["id"]
    lease = (await house.claim())["id"]
    path = f"/assignments/{lease}/flag"

    empty = await house.work(path, {"feedback": "  "})
    assert (empty.status, empty.json["error"]["field"]) == (422, "feedback")
    missing = await house.work(path, {})
    assert (missing.status, missing.json["error"]["field"]) == (422, "feedback")
    assert (await house.work(path, {"feedback": "The picture is black."})).status == 200

    done = await house.read(task)
    assert (done["status"], done["cruncher_feedback"]) == ("flagged", "The picture is black.")


async def test_an_abort_withdraws_the_lease_and_says_so(house: House) -> None:
    task = (await house.ask())["id"]
    lease = (await house.claim())["id"]
    headers = {"X-Heat-API-Key": house.key}

    aborted = await house.call("POST", f"/v1/tasks/abort/{task}", headers=headers)

    assert (aborted.status, aborted.json) == (200, {"success": True})
    beat = await house.work(f"/assignments/{lease}/heartbeat", {})
    assert (beat.status, beat.json["error"]["reason"]) == (409, "aborted")
    late = await house.work(f"/assignments/{lease}/answer", {"response": ["cat"]})
    assert late.json == {"accepted": True, "counted": False}
    assert (await house.read(task))["status"] == "aborted"


async def test_a_vanished_browser_costs_the_task_its_lease(house: House) -> None:
    task = (await house.ask())["id"]
    first = (await house.claim())["id"]
    assert (await house.work(f"/assignments/{first}/heartbeat", {})).status == 200
    house.clock.ahead += LEASE + 1
    await sweep.lapse_leases(house.ports)

    second = await house.claim(house.teammate)

    assert second["task"]["id"] == task
    gone = await house.work(f"/assignments/{first}/heartbeat", {})
    assert (gone.status, gone.json["error"]["reason"]) == (409, "lapsed")


async def test_a_draft_is_versioned(house: House) -> None:
    await house.ask()
    lease = (await house.claim())["id"]
    path = f"/assignments/{lease}/draft"
    draft = {"version": 2, "body": {"picked": ["cat"], "n": 1.0}}

    assert (await house.work(path, draft, method="PUT")).status == 200
    older = await house.work(path, {"version": 1, "body": None}, method="PUT")
    assert (older.status, older.json["error"]["code"]) == (409, "stale_draft")

    [held] = (await house.work("/assignments", method="GET")).json["assignments"]
    assert held["draft"] == draft
    theirs = await house.work(path, draft, house.teammate, "PUT")
    assert theirs.status == 404


async def test_a_third_task_is_the_first_again(house: House) -> None:
    for _ in range(3):
        await house.ask()
    first = await house.work("/assignments", {})
    await house.work("/assignments", {})

    third = await house.work("/assignments", {})

    assert (third.status, third.json["id"]) == (200, first.json["id"])


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"wait": 61}, "wait"),
        ({"wait": -1}, "wait"),
        ({"wait": "soon"}, "wait"),
        ({"projects": ["theirs"]}, "projects"),
        ({"kinds": "text"}, "kinds"),
    ],
)
async def test_a_bad_wish_names_its_field(house: House, wish: object, field: str) -> None:
    reply = await house.work("/assignments", wish)

    assert (reply.status, reply.json["error"]["field"]) == (422, field)


async def test_me_counts_what_was_done(house: House) -> None:
    for verb, body in [
        ("answer", {"response": ["cat"]}),
        ("skip", {}),
        ("flag", {"feedback": "x"}),
    ]:
        await house.ask()
        lease = (await house.claim())["id"]
        await house.work(f"/assignments/{lease}/{verb}", body)

    me = (await house.work("/me", method="GET")).json

    assert (me["name"], me["projects"][0]["name"]) == ("Ada", "ours")
    assert me["counts"] == {"answered": 1, "skipped": 1, "flagged": 1}


async def test_two_of_three_ask_a_third_only_when_they_differ(house: House) -> None:
    third = await house.hire("Cy", house.project)
    confidence = {"strategy": "majority", "min_agreements": 2, "max_crunchers": 3}
    task = (await house.ask(confidence=confidence))["id"]
    one, two = await house.claim(), await house.claim(house.teammate)
    assert (await house.work("/assignments", {}, third)).status == 204
    await house.work(f"/assignments/{one['id']}/answer", {"response": ["cat"]})
    await house.work(f"/assignments/{two['id']}/answer", {"response": ["dog"]}, house.teammate)
    assert (await house.read(task))["status"] == "pending"

    lease = await house.claim(third)
    await house.work(f"/assignments/{lease['id']}/answer", {"response": ["dog"]}, third)

    done = await house.read(task)
    assert (done["status"], done["response"]) == ("complete", ["dog"])
    assert len(done["raw_responses"]) == 3
