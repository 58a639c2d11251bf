"""One request at a time: the caller's words, ends of every kind, keys, repeats and aborts."""

import base64

import pytest

from humanwire.core.assignment import flag
from humanwire.core.ids import AssignmentId
from humanwire.flows.abort import abort_overdue
from humanwire.flows.assign import assign
from humanwire.flows.settle import settle

TEXT = {"instruction": "What is it?"}


@pytest.mark.parametrize(
    "fields",
    [
        b'"instruction":"x","n":1.0,"m":1e2,"big":10000000000000000000000,"neg":-0.0,"o":[1.50,{"b":1,"a":2}]',
        b'"z":1,"instruction":"x","a":2',
        '"instruction":"\u00e9 \\u00e9 \\/ \U0001f600"'.encode(),
        b'\n  "instruction" : "x" ,\t"a":[ 1 , 2 ]\n',
        b'"instruction":"x","hook_url":null,"huge":1e999',
    ],
)
async def test_the_callers_fields_come_back_in_the_callers_words(server, fields):
    reply = await server.ask("free-text", b" {" + fields + b"} \n")
    assert reply.body.endswith(b'"status":"pending","type":"free-text",' + fields + b"}")
    identifier = reply.body[len(b'{"id":"') :].partition(b'"')[0].decode()
    found = await server.call("GET", f"/v1/requests/{identifier}")
    assert found.body == reply.body


async def test_names_of_the_server_mean_nothing_in_a_body(server):
    body = (
        b'{"id":"mine","status":"complete","response":1,"instruction":"x","raw_responses":{},'
        b'"type":"rating","n":1.0,"cruncher_feedback":"y","aborted_reason":"z"}'
    )
    reply = await server.ask("free-text", body)
    assert reply.body.endswith(b'"status":"pending","type":"free-text","instruction":"x","n":1.0}')


async def test_numbers_may_be_written_with_a_point(server):
    body = b'{"instruction":"x","choices":["a","b"],"min_answers":1.0,"priority":1e0}'
    assert (await server.ask("multiple-choice", body)).status == 200


async def test_null_counts_as_not_given(server):
    body = {"instruction": "x", "attachments": None, "confidence": None, "validation": None}
    assert (await server.ask("free-text", body)).status == 200


async def test_json_is_read_whatever_the_content_type_says(server):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    reply = await server.call("POST", "/v1/requests/free-text", TEXT, headers=form)
    assert reply.status == 200


async def test_a_flagged_request_carries_the_feedback(server):
    identifier = (await server.ask("free-text", TEXT)).json["id"]
    worker = await server.worker()
    granted = await assign(server.ports, worker)
    assert granted is not None
    holding = await server.ports.store.holding(worker.number, AssignmentId(granted.id))
    await settle(server.ports, flag(holding, 'It is "unclear".', 1, server.clock()))

    found = await server.call("GET", f"/v1/requests/{identifier}")
    start = {"id": identifier, "status": "flagged", "raw_responses": {}}
    assert found.json == {
        **start,
        "cruncher_feedback": 'It is "unclear".',
        "type": "free-text",
        **TEXT,
    }
    alone = await server.call("GET", f"/v1/responses/{identifier}")
    assert (alone.status, alone.error["code"]) == (404, "no_response")


async def test_people_who_do_not_agree_leave_a_null(server):
    confidence = {"strategy": "majority", "min_agreements": 2, "max_crunchers": 2}
    asked = await server.ask("free-text", TEXT | {"confidence": confidence})
    await server.work("a cat")
    await server.work("a dog")
    found = await server.call("GET", f"/v1/requests/{asked.json['id']}")
    assert found.json["status"] == "complete"
    assert found.json["response"] is None
    assert list(found.json["raw_responses"].values()) == ["a cat", "a dog"]
    alone = await server.call("GET", f"/v1/responses/{asked.json['id']}")
    assert (alone.status, alone.body) == (200, b"null")


async def test_all_answers_are_given_back_when_they_are_collected(server):
    asked = await server.ask(
        "free-text", TEXT | {"confidence": {"strategy": "collect", "answers": 2}}
    )
    await server.work("a cat")
    await server.work("a dog")
    alone = await server.call("GET", f"/v1/responses/{asked.json['id']}")
    assert alone.json == ["a cat", "a dog"]


async def test_an_excluded_cruncher_never_sees_the_request(server):
    first = (await server.ask("free-text", TEXT)).json["id"]
    worker = await server.worker()
    await server.work("a cat", worker)
    found = await server.call("GET", f"/v1/requests/{first}")
    excluded = [*found.json["raw_responses"], "nobody"]
    await server.ask("free-text", TEXT | {"exclude_crunchers": excluded})
    assert await assign(server.ports, worker) is None
    assert await assign(server.ports, await server.worker()) is not None


async def test_a_pending_response_is_a_449(server):
    asked = await server.ask("free-text", TEXT)
    alone = await server.call("GET", f"/v1/responses/{asked.json['id']}")
    assert (alone.status, alone.error["code"]) == (449, "pending")


@pytest.mark.parametrize("way", [("POST", "/v1/tasks/abort/"), ("DELETE", "/v1/requests/")])
async def test_a_pending_request_is_aborted_once(server, way):
    method, path = way
    asked = await server.ask("free-text", TEXT)
    identifier = asked.json["id"]
    aborted = await server.call(method, path + identifier)
    assert (aborted.status, aborted.body) == (200, b'{"success":true}')
    found = await server.call("GET", f"/v1/requests/{identifier}")
    assert found.json["status"] == "aborted"
    assert "aborted_reason" not in found.json
    again = await server.call(method, path + identifier)
    assert (again.status, again.error["code"]) == (400, "already_ended")


async def test_aborting_a_staged_request_changes_nothing(server):
    asked = await server.ask("free-text", TEXT, key="test")
    path = f"/v1/tasks/abort/{asked.json['id']}"
    assert (await server.call("POST", path, key="test")).body == b'{"success":true}'
    found = await server.call("GET", f"/v1/requests/{asked.json['id']}", key="test")
    assert found.body == asked.body


async def test_a_request_past_its_deadline_says_why_it_was_aborted(server):
    asked = await server.ask("free-text", TEXT | {"deadline": "2027-01-15T08:00:01+00:00"})
    server.clock.now += 1000
    await abort_overdue(server.ports)
    found = await server.call("GET", f"/v1/requests/{asked.json['id']}")
    assert (found.json["status"], found.json["aborted_reason"]) == ("aborted", "deadline")


@pytest.mark.parametrize(
    ("staged", "status"),
    [("pending", "pending"), ("flagged", "flagged"), ("null", "complete"), (None, "complete")],
)
async def test_outcomes_are_staged_by_metadata(server, staged, status):
    body = TEXT | {"metadata": {"staged": staged}}
    reply = await server.ask("free-text", body, key="test")
    assert reply.json["status"] == status
    assert reply.json.get("response") is None
    assert (await server.ask("free-text", body)).json["status"] == "pending"


async def test_the_same_staged_request_gets_the_same_response(server):
    first, second = [await server.ask("free-text", TEXT, key="test") for _ in range(2)]
    assert first.json["id"] != second.json["id"]
    assert first.json["response"] == second.json["response"]


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


async def test_the_key_travels_in_four_ways(server):
    key = server.keys["live"]
    for headers in (
        {"X-Heat-API-Key": key},
        {"X-Crunch-API-Key": key},
        {"Authorization": basic(f"{key}:")},
        {"Authorization": basic(key)},
        {"Authorization": f"Bearer {key}"},
        {"X-Heat-API-Key": key, "X-Crunch-API-Key": "wrong", "Authorization": "Bearer wrong"},
        {"X-Crunch-API-Key": key, "Authorization": "Bearer wrong"},
    ):
        assert (await server.call("GET", "/v1/requests", key=None, headers=headers)).status == 200


async def test_a_key_that_is_none(server):
    for headers in (
        {},
        {"X-Heat-API-Key": "live_wrong"},
        {"X-Heat-API-Key": "live_wrong", "X-Crunch-API-Key": server.keys["live"]},
        {"Authorization": server.keys["live"]},
        {"Authorization": "Basic ***"},
        {"Authorization": "Basic " + base64.b64encode(b"\xff\xfe").decode()},
        {"X-Heat-API-Key": server.keys["live"], "Host": "staging.example.com"},
    ):
        reply = await server.call("GET", "/v1/requests", key=None, headers=headers)
        assert (reply.status, reply.error["code"]) == (401, "unauthorized")


async def test_another_project_or_mode_sees_nothing(server):
    identifier = (await server.ask("free-text", TEXT)).json["id"]
    unknown = await server.call("GET", "/v1/requests/44647b6f-b033-4788-9ee2-9d7aa5cb0158")
    for key in ("test", "other live", "other test"):
        for method, path in (
            ("GET", f"/v1/requests/{identifier}"),
            ("GET", f"/v1/responses/{identifier}"),
            ("DELETE", f"/v1/requests/{identifier}"),
        ):
            reply = await server.call(method, path, key=key)
            assert (reply.status, reply.body) == (unknown.status, unknown.body)
    assert await server.stored("other live") == 0


async def test_the_same_idempotency_key_gives_the_first_reply_again(server):
    first = await server.ask("free-text", TEXT, Idempotency_Key="mine")
    again = await server.ask("free-text", TEXT, Idempotency_Key="mine")
    assert again.body == first.body
    other = await server.ask("free-text", TEXT | {"x": 1}, Idempotency_Key="mine")
    assert (other.status, other.error["code"]) == (409, "idempotency_conflict")
    typed = await server.ask("image", TEXT, Idempotency_Key="mine")
    assert typed.status == 409
    assert await server.stored() == 1


async def test_a_repeated_request_waits_for_the_end_of_the_first(server):
    first = await server.ask("free-text", TEXT, Idempotency_Key="mine")
    await server.work("a cat")
    again = await server.ask("free-text", TEXT, Idempotency_Key="mine")
    assert again.body == first.body
    waited = await server.call(
        "POST", "/v1/requests/free-text?block=9", TEXT, headers={"Idempotency-Key": "mine"}
    )
    assert (waited.json["id"], waited.json["response"]) == (first.json["id"], "a cat")


async def test_idempotency_keys_of_modes_and_projects_are_apart(server):
    replies = [
        await server.ask("free-text", TEXT, key=key, Idempotency_Key="mine") for key in server.keys
    ]
    assert len({reply.json["id"] for reply in replies}) == len(server.keys)


async def test_the_callback_is_the_request_object(server):
    hooked = TEXT | {"hook_url": "http://example.com/hook"}
    asked = await server.ask("free-text", hooked)
    await server.work("a cat")
    log = (await server.call("GET", "/v1/deliveries")).json["deliveries"]
    assert [entry["request"] for entry in log] == [asked.json["id"]]
    found = await server.call("GET", f"/v1/requests/{asked.json['id']}")
    due = await server.ports.store.claimed_delivery(server.project.number, log[0]["id"])
    callback = server.ports.dialects["heat"].callback(due.about, due.url)
    assert (callback.method, callback.url) == ("POST", hooked["hook_url"])
    assert (callback.content_type, callback.body) == ("application/json", found.body)


async def test_the_callers_own_abort_is_not_called_back(server):
    asked = await server.ask("free-text", TEXT | {"hook_url": "http://example.com/hook"})
    await server.call("DELETE", f"/v1/requests/{asked.json['id']}")
    assert (await server.call("GET", "/v1/deliveries")).json["deliveries"] == []


async def test_a_staged_request_is_called_back(server):
    asked = await server.ask("free-text", TEXT | {"hook_url": "http://e.com"}, key="test")
    log = await server.call("GET", f"/v1/deliveries?request={asked.json['id']}", key="test")
    (entry,) = log.json["deliveries"]
    assert entry["attempts"] == []
    assert entry["state"] == "pending"
