"""Images sent in every spelling, found by every name, and what becomes of them."""

import asyncio
import json
from typing import Any
from urllib.parse import quote

import pytest
from tests.dialects.datawow.conftest import FORM, PICTURE, Client

CHOICE = {"instruction": "What?", "categories": "cat dog", "data": PICTURE}
MANY = "images/choices"


async def sent_form(client: Client, **fields: Any) -> Any:
    reply = await client.form("POST", MANY, {**CHOICE, **fields})
    assert reply.status == 200, reply.body
    return reply.json["data"]


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("cat1 cat2 cat3", ["cat1", "cat2", "cat3"]),
        ("face, eye", ["face", "eye"]),
        ("face,eye ,\tear\n", ["face", "eye", "ear"]),
        ('["a cat","a dog, or two"]', ["a cat", "a dog, or two"]),
        (["a cat", "a dog, or two"], ["a cat", "a dog, or two"]),
        ("แมว หมา", ["แมว", "หมา"]),
    ],
)
async def test_categories_in_a_form(client: Client, given: Any, read: list[str]) -> None:
    assert (await sent_form(client, categories=given))["categories"] == read
    made = await client.make(MANY, **{**CHOICE, "categories": given})
    assert made["categories"] == read


async def test_categories_with_brackets_are_a_list_also_of_one(client: Client) -> None:
    pairs = [("instruction", "?"), ("data", PICTURE), ("categories[]", "a cat")]
    for more in ([], [("categories[]", "a dog, or two")]):
        reply = await client.form("POST", MANY, [*pairs, *more])
        assert reply.json["data"]["categories"] == [value for name, value in [*pairs, *more][2:]]


@pytest.mark.parametrize(
    ("yes", "no"),
    [(True, False), (1, 0), ("true", "false"), ("TRUE", "FALSE"), ("True", "False"), ("1", "0")],
    ids=repr,
)
async def test_yes_and_no_in_every_spelling(client: Client, yes: Any, no: Any) -> None:
    given = {"multiple": yes, "allow_empty": no}
    for made in (await sent_form(client, **given), await client.make(MANY, **CHOICE, **given)):
        assert (made["multiple"], made["allow_empty"]) == (True, False)


async def test_what_is_empty_or_null_is_not_given(client: Client) -> None:
    empty = ("multiple", "allow_empty", "postback_url", "postback_method", "custom_id", "staff_id")
    plain = await client.make(MANY, **CHOICE)
    for nothing in ("", None):
        made = await client.make(MANY, **CHOICE, **dict.fromkeys(empty, nothing))
        assert {**made, "id": plain["id"]} == plain
    made = await sent_form(client, **dict.fromkeys(empty, ""))
    assert {**made, "id": plain["id"]} == plain


async def test_how_many_may_be_picked(client: Client) -> None:
    for multiple in (False, True):
        for allow_empty in (False, True):
            await client.make(MANY, **CHOICE, multiple=multiple, allow_empty=allow_empty)
            task = await client.work(["cat"])
            assert task["question"]["min"] == (0 if allow_empty else 1)
            assert task["question"]["max"] == (0 if multiple else 1)


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", FORM, ""])
async def test_json_is_taken_whatever_it_is_called(client: Client, content_type: str) -> None:
    body = b" " + json.dumps(CHOICE).encode()
    reply = await client.call("POST", f"/api/{MANY}", body, content_type=content_type)
    assert reply.json["data"]["categories"] == ["cat", "dog"]


async def test_a_form_may_say_its_alphabet(client: Client) -> None:
    kind = f"{FORM.upper()}; charset=UTF-8"
    body = b"instruction=%E0%B9%81?&categories=a+b&data=http%3A%2F%2Fe.com%2Fa.jpg"
    reply = await client.call("POST", f"/api/{MANY}", body, content_type=kind)
    made = reply.json["data"]
    assert (made["instruction"], made["categories"]) == ("แ?", ["a", "b"])
    assert made["data"] == "http://e.com/a.jpg"


async def test_data_that_is_no_address_is_shown_as_text(client: Client) -> None:
    for many in ("images/closed_questions", "images/messages"):
        made = await client.make(many, instruction="Rude?", data="You, sir, are no gentleman.")
        assert made["data"] == "You, sir, are no gentleman."
        task = await client.work(["ban"] if "closed" in many else "yes")
        assert task["attachments"] == [{"type": "text", "value": made["data"]}]


async def test_a_closed_question_needs_no_instruction(client: Client) -> None:
    await client.make("images/closed_questions", data=PICTURE)
    task = await client.work(["declined"])
    assert task["type"] == "closed-question"
    assert task["question"]["choices"] == ["approved", "declined", "ban"]
    assert (task["question"]["min"], task["question"]["max"]) == (1, 1)
    assert task["instruction"]


async def test_a_custom_id_finds_the_newest_and_an_id_wins(client: Client) -> None:
    first = await client.make(MANY, **CHOICE, custom_id="mine")
    newest = await client.make(MANY, **CHOICE, custom_id="mine")
    assert await client.read("mine") == newest
    text = {"instruction": "?", "data": "x"}
    message = await client.make("images/messages", **text, custom_id="mine")
    assert await client.read("mine") == message
    rival = await client.make(MANY, **CHOICE, custom_id=first["id"])
    assert (await client.read(first["id"]))["id"] == first["id"]
    found = await client.call("GET", f"/api/images/choice?custom_id={first['id']}")
    assert found.json["data"]["image"]["id"] == rival["id"]
    both = await client.call("GET", f"/api/images/choice?custom_id=mine&id={rival['id']}")
    assert both.json["data"]["image"]["id"] == rival["id"]
    found = await client.form("GET", "images/choice", {"custom_id": "mine"})
    assert found.json["data"]["image"]["id"] == newest["id"]


@pytest.mark.parametrize("name", ["17", "a/b c", "50% & more?", "ไทย", "projects", "..%2F"])
async def test_custom_ids_of_all_sorts(client: Client, name: str) -> None:
    made = await client.make(MANY, **CHOICE, custom_id=int(name) if name == "17" else name)
    assert made["custom_id"] == name
    assert await client.read(quote(name, safe="")) == made
    assert (await sent_form(client, custom_id=name))["custom_id"] == name


async def test_another_class_is_not_found_under_a_class(client: Client) -> None:
    made = await client.make(MANY, **CHOICE, custom_id="mine")
    for query in (f"id={made['id']}", "custom_id=mine"):
        assert (await client.call("GET", f"/api/images/choice?{query}")).status == 200
        assert (await client.call("GET", f"/api/images/message?{query}")).status == 404


async def test_pages(client: Client) -> None:
    made = [(await client.make(MANY, **CHOICE))["id"] for _ in range(7)][::-1]

    async def page(**given: Any) -> tuple[list[str], list[int]]:
        reply = await client.form("GET", MANY, given)
        assert reply.status == 200, reply.body
        names = ("current_page", "next_page", "prev_page", "total_count", "total_pages")
        listed = [image["id"] for image in reply.json["data"]["images"]]
        return listed, [reply.json["meta"][name] for name in names]

    for first in ({}, {"page": 0}, {"page": 1}, {"page": -3}, {"page": ""}):
        assert await page(**first, per_page=3) == (made[:3], [1, 2, -1, 7, 3])
    assert await page(page=2, per_page="3") == (made[3:6], [2, 3, 1, 7, 3])
    assert await page(page=3, per_page=3) == (made[6:], [3, -1, 2, 7, 3])
    assert await page(page=4, per_page=3) == ([], [4, -1, 3, 7, 3])
    assert await page(page=10**30, per_page=3) == ([], [10**18, -1, 3, 7, 3])
    assert await page(per_page=0) == (made[:1], [1, 2, -1, 7, 7])
    assert await page(per_page=1000) == (made, [1, -1, -1, 7, 1])
    assert await page() == (made, [1, -1, -1, 7, 1])
    query = await client.call("GET", f"/api/{MANY}?page=3&per_page=3")
    assert [image["id"] for image in query.json["data"]["images"]] == made[6:]
    empty = await client.form("GET", "images/messages")
    meta = empty.json["meta"]
    assert (meta["total_count"], meta["total_pages"], meta["next_page"]) == (0, 0, -1)
    assert empty.json["data"] == {"images": []}


async def test_a_list_has_what_ended_too_and_nobody_elses(client: Client) -> None:
    made = [(await client.make(MANY, **CHOICE))["id"] for _ in range(3)]
    await client.make(MANY, client.test_key, **CHOICE)
    await client.work(["cat"])
    listed = (await client.form("GET", MANY)).json["data"]["images"]
    assert [image["id"] for image in listed] == made[::-1]
    assert sorted(image["status"] for image in listed) == ["processed", "unprocess", "unprocess"]
    staged = (await client.form("GET", MANY, key=client.test_key)).json
    assert staged["meta"]["total_count"] == 1
    theirs = (await client.form("GET", MANY, key=client.house.key)).json
    assert theirs["meta"]["total_count"] == 0


async def test_staff_alone_get_what_is_theirs(client: Client) -> None:
    other = await client.house.hire("Som", client.project)
    number = (await client.house.ports.store.list_workers(client.project.number))[-1].number
    for staff in (number, str(number)):
        made = await client.make(MANY, **CHOICE, staff_id=staff)
        assert (await client.house.work("/assignments", {})).status == 204
        refused = await client.house.work("/assignments", {}, client.worker)
        assert refused.status == 204
        await client.work(["dog"], other)
        assert (await client.read(made["id"]))["answer"] == ["dog"]
    newcomer = await client.make(MANY, **CHOICE, staff_id=number)
    late = await client.house.hire("Late", client.project)
    assert (await client.house.work("/assignments", {}, late)).status == 204
    assert newcomer["status"] == "unprocess"


async def test_what_ends_without_an_answer_is_processed_and_free(client: Client) -> None:
    nothing = {MANY: [], "images/closed_questions": None, "images/messages": None}
    for many, empty in nothing.items():
        made = await client.make(many, **CHOICE)
        claimed = await client.house.claim(client.worker)
        flag = f"/assignments/{claimed['id']}/flag"
        assert (await client.house.work(flag, {"feedback": "no"}, client.worker)).status == 200
        image = await client.read(made["id"])
        assert (image["status"], image["answer"], image["credit_charged"]) == (
            "processed",
            empty,
            0,
        )
        assert image["processed_at"]

        aborted = await client.make(many, **CHOICE)
        headers = {"X-Heat-API-Key": client.key}
        path = f"/v1/requests/{aborted['id']}"
        assert (await client.house.call("DELETE", path, headers=headers)).status == 200
        image = await client.read(aborted["id"])
        assert (image["status"], image["answer"], image["credit_charged"]) == (
            "processed",
            empty,
            0,
        )


@pytest.mark.parametrize("many", ["choices", "closed_questions", "messages", "photo_tags"])
async def test_a_staging_key_is_answered_at_once_and_free(client: Client, many: str) -> None:
    body = {"instruction": "?", "categories": "a b", "data": PICTURE}
    made = await client.make(f"images/{many}", client.test_key, **body)
    assert made["status"] == "processed"
    assert made["answer"]
    assert made["credit_charged"] == 0
    assert (await client.read(made["id"], client.test_key))["answer"] == made["answer"]
    for staged, status in (
        ("pending", "unprocess"),
        ("flagged", "processed"),
        ("null", "processed"),
    ):
        more = {"metadata": json.dumps({"staged": staged})}
        reply = await client.form("POST", f"images/{many}", {**body, **more}, client.test_key)
        image = reply.json["data"]
        assert (image["status"], bool(image["answer"])) == (status, False)
        again = await client.make(
            f"images/{many}", client.test_key, **body, metadata={"staged": staged}
        )
        assert again["status"] == status


async def test_a_repeated_call_gives_the_first_reply(client: Client) -> None:
    first = await client.call("POST", f"/api/{MANY}", CHOICE, idempotency_key="k")
    again = await client.call("POST", f"/api/{MANY}", CHOICE, idempotency_key="k")
    assert again.json == first.json
    changed = {**CHOICE, "instruction": "Else?"}
    other = await client.call("POST", f"/api/{MANY}", changed, idempotency_key="k")
    assert other.status == 409


async def test_calls_at_once_are_all_taken(client: Client) -> None:
    made = await asyncio.gather(*(client.make(MANY, **CHOICE, custom_id="x") for _ in range(40)))
    assert len({image["id"] for image in made}) == 40
    assert (await client.read("x"))["id"] == max(image["id"] for image in made)
