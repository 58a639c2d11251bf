"""What Heat refuses: each bad field by name, in Heat's error shape, and with nothing stored."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from humanwire.dialects.heat.wire import BODIES

TEXT = {"instruction": "What is it?"}
CHOICE = {"instruction": "Which?", "choices": ["a", "b", "c"]}
RATING = {"instruction": "How much?"}
MARKS = {
    "instruction": "Where?",
    "attachments_type": "image",
    "attachments": ["http://example.com/a.png"],
}
MAJORITY = {"strategy": "majority", "min_agreements": 2, "max_crunchers": 3}
FILM = {"src": "http://example.com/a.mp4", "fps": 25, "frame_count": 3}
TRACK = {"instruction": "Follow it.", "video_data": FILM}
LOST = {"type": "rectangle", "label": "cat", "frames": {"frame9": {}}}

WRONG = [
    ("free-text", {}, "instruction"),
    ("free-text", {"instruction": " \n "}, "instruction"),
    ("free-text", {"instruction": None}, "instruction"),
    ("free-text", {"instruction": 5}, "instruction"),
    ("free-text", TEXT | {"validation": "email"}, "validation"),
    ("free-text", TEXT | {"attachments": "a"}, "attachments"),
    ("free-text", TEXT | {"attachments": ["a", 5]}, "attachments[1]"),
    ("free-text", TEXT | {"attachments": ["a"] * 101}, "attachments"),
    ("free-text", TEXT | {"attachments_type": "pdf"}, "attachments_type"),
    (
        "free-text",
        TEXT | {"attachments_type": "image", "attachments": ["http://a.b/c", "ftp://a.b/c"]},
        "attachments[1]",
    ),
    ("free-text", TEXT | {"hook_url": "example.com/hook"}, "hook_url"),
    ("free-text", TEXT | {"hook_url": "http://"}, "hook_url"),
    ("free-text", TEXT | {"hook_url": "https://example.com/" + "h" * 2048}, "hook_url"),
    ("free-text", TEXT | {"exclude_crunchers": "me"}, "exclude_crunchers"),
    ("free-text", TEXT | {"exclude_crunchers": ["me", None]}, "exclude_crunchers[1]"),
    ("free-text", TEXT | {"priority": 0}, "priority"),
    ("free-text", TEXT | {"priority": 11}, "priority"),
    ("free-text", TEXT | {"priority": 2.5}, "priority"),
    ("free-text", TEXT | {"priority": True}, "priority"),
    ("free-text", TEXT | {"deadline": "tomorrow"}, "deadline"),
    ("free-text", TEXT | {"deadline": "2001-01-01T00:00:00Z"}, "deadline"),
    ("free-text", TEXT | {"metadata": []}, "metadata"),
    ("free-text", TEXT | {"metadata": {"key": "v" * 16_384}}, "metadata"),
    ("free-text", TEXT | {"confidence": {}}, "confidence.strategy"),
    ("free-text", TEXT | {"confidence": {"strategy": "best"}}, "confidence.strategy"),
    ("free-text", TEXT | {"confidence": {"strategy": "majority"}}, "confidence.min_agreements"),
    (
        "free-text",
        TEXT | {"confidence": {"strategy": "majority", "min_agreements": 1}},
        "confidence.max_crunchers",
    ),
    (
        "free-text",
        TEXT | {"confidence": MAJORITY | {"min_agreements": 4}},
        "confidence.min_agreements",
    ),
    (
        "free-text",
        TEXT | {"confidence": MAJORITY | {"min_agreements": 0}},
        "confidence.min_agreements",
    ),
    (
        "free-text",
        TEXT | {"confidence": MAJORITY | {"max_crunchers": "3"}},
        "confidence.max_crunchers",
    ),
    ("free-text", TEXT | {"confidence": {"strategy": "collect"}}, "confidence.answers"),
    ("multiple-choice", TEXT, "choices"),
    ("multiple-choice", TEXT | {"choices": []}, "choices"),
    ("multiple-choice", TEXT | {"choices": ["a", "a"]}, "choices"),
    ("multiple-choice", TEXT | {"choices": ["a", "b", 5]}, "choices[2]"),
    ("multiple-choice", CHOICE | {"choices_type": "image"}, "choices[0]"),
    ("multiple-choice", CHOICE | {"min_answers": 4}, "min_answers"),
    ("multiple-choice", CHOICE | {"min_answers": -1}, "min_answers"),
    ("multiple-choice", CHOICE | {"min_answers": 1.5}, "min_answers"),
    ("multiple-choice", CHOICE | {"min_answers": 3, "max_answers": 2}, "min_answers"),
    ("multiple-choice", CHOICE | {"max_answers": -1}, "max_answers"),
    ("rating", RATING | {"rating_min": 100}, "rating_min"),
    ("rating", RATING | {"rating_step": 0}, "rating_step"),
    ("rating", RATING | {"rating_max": "10"}, "rating_max"),
    ("rating", b'{"instruction":"x","rating_max":1e999}', "rating_max"),
    ("rating", RATING | {"label_min": 5}, "label_min"),
    ("annotations", TEXT, "attachments"),
    ("annotations", MARKS | {"annotations_type": "circle"}, "annotations_type"),
    ("annotations", MARKS | {"min_annotations": 3, "max_annotations": 2}, "min_annotations"),
    ("annotations-with-multiple-choice", MARKS, "per_annotation"),
    ("photo-tag", TEXT, "attachments"),
    ("photo-tag", MARKS | {"attachments": MARKS["attachments"] * 2}, "attachments"),
    ("photo-tag", MARKS | {"tags": ["cat", 5]}, "tags[1]"),
    ("photo-tag", MARKS | {"tags": ["cat", "cat"]}, "tags"),
    ("closed-question", {}, "instruction"),
    ("form", TEXT, "result_structure"),
    ("form", TEXT | {"result_structure": {}}, "result_structure"),
    ("form", TEXT | {"result_structure": {"a": 5}}, "result_structure.a"),
    ("form", TEXT | {"result_structure": {"a": "DATE"}}, "result_structure.a"),
    ("form", TEXT | {"result_structure": {"a": "ENUM[]"}}, "result_structure.a"),
    ("form", TEXT | {"result_structure": {"a": "POINT"}}, "attachments"),
    ("form", TEXT | {"result_structure": {"a": "STRING"}, "context": []}, "context"),
    (
        "annotations-with-multiple-choice",
        MARKS | {"per_annotation": TEXT},
        "per_annotation.choices",
    ),
    (
        "annotations-with-multiple-choice",
        MARKS | {"per_annotation": CHOICE | {"min_answers": 9}},
        "per_annotation.min_answers",
    ),
    (
        "annotations-with-free-text",
        MARKS | {"per_annotation": {"instruction": ""}},
        "per_annotation.instruction",
    ),
    (
        "annotations-with-rating",
        MARKS | {"per_annotation": RATING | {"rating_min": 5, "rating_max": 5}},
        "per_annotation.rating_min",
    ),
    ("annotations-with-rating", TEXT | {"per_annotation": RATING}, "attachments"),
    ("tracking", TEXT, "video_data"),
    ("tracking", TEXT | {"video_data": {}}, "video_data.frames"),
    ("tracking", TEXT | {"video_data": {"frames": []}}, "video_data.frames"),
    (
        "tracking",
        TEXT | {"video_data": {"frames": [{"src": "http://a.b/"}]}},
        "video_data.frames[0].frame_id",
    ),
    (
        "tracking",
        TEXT | {"video_data": {"frames": [{"frame_id": "a", "src": "b"}]}},
        "video_data.frames[0].src",
    ),
    ("tracking", TEXT | {"video_data": {"src": "http://a.b/c"}}, "video_data.fps"),
    ("tracking", TEXT | {"video_data": FILM | {"fps": -1}}, "video_data.fps"),
    ("tracking", TEXT | {"video_data": FILM | {"frame_count": 2.5}}, "video_data.frame_count"),
    ("tracking", TRACK | {"shapes": ["circle"]}, "shapes[0]"),
    ("tracking", TRACK | {"labels": ["a", "a"]}, "labels[1].name"),
    ("tracking", TRACK | {"labels": [{"name": "a", "color": "red"}]}, "labels[0].color"),
    (
        "tracking",
        TRACK | {"maker_response": {"video_2d": {"data": {"annotations": 5}}}},
        "maker_response.video_2d.data.annotations",
    ),
    (
        "tracking",
        TRACK | {"maker_response": {"video2d": {"data": {"annotations": [LOST]}}}},
        "maker_response.video2d.data.annotations[0].frames.frame9",
    ),
]


async def test_every_bad_field_is_named_and_nothing_is_stored(server):
    told = []
    for name, body, _ in WRONG:
        reply = await server.ask(name, body)
        told.append((name, body, reply.error.get("field")))
        assert reply.status == 400
        assert reply.error["code"] == "invalid"
        assert reply.error["message"]
    assert told == WRONG
    assert await server.stored() == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"5",
        b"{",
        b'{"instruction":"x"} x',
        b'{"instruction":"\xff"}',
        b'{"instruction":"\\ud800"}',
        b'{"instruction":"a\\u0000b"}',
        b'{"instruction":"x","y":' + b"[" * 40 + b"]" * 40 + b"}",
        b'{"instruction":"x","y":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
        b'{"instruction":"' + b"x" * 70_000 + b'"}',
    ],
)
async def test_what_is_no_acceptable_json_object(server, body):
    reply = await server.ask("free-text", body)
    assert (reply.status, reply.error["code"]) == (400, "invalid")
    assert await server.stored() == 0


async def test_a_body_of_more_than_a_mebibyte(server):
    large = b'{"instruction":"x","notes":[%s]}' % b",".join([b'"%d"' % (10**9)] * 100_000)
    reply = await server.ask("free-text", large)
    assert (reply.status, reply.error["code"]) == (413, "too_large")


@pytest.mark.parametrize("block", ["-1", "NaN", "inf", "ten", "", "1_0", "0x1", "1e", "%D9%A1"])
async def test_a_wait_that_is_no_number_of_seconds(server, block):
    asked = await server.call("POST", f"/v1/requests/free-text?block={block}", TEXT)
    assert (asked.status, asked.error["field"]) == (400, "block")
    assert await server.stored() == 0


@pytest.mark.parametrize("key", ["", "k" * 256, "clé"])
async def test_an_idempotency_key_that_is_none(server, key):
    reply = await server.call(
        "POST", "/v1/requests/free-text", TEXT, headers={"Idempotency-Key": key}
    )
    assert (reply.status, reply.error["field"]) == (400, "Idempotency-Key")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("POST", "/v1/requests/poem", 404, "not_found"),
        ("POST", "/v1/nothing", 404, "not_found"),
        ("POST", "/v1/requests/free-text/", 404, "not_found"),
        ("PUT", "/v1/requests/free-text", 405, "method_not_allowed"),
        ("DELETE", "/v1/events", 405, "method_not_allowed"),
        ("GET", "/v1/requests/44647b6f-b033-4788-9ee2-9d7aa5cb0158", 404, "not_found"),
        ("GET", "/v1/requests/nonsense%00", 404, "not_found"),
        ("GET", "/v1/responses/44647b6f-b033-4788-9ee2-9d7aa5cb0158", 404, "not_found"),
        ("POST", "/v1/tasks/abort/44647b6f-b033-4788-9ee2-9d7aa5cb0158", 404, "not_found"),
        ("GET", "/v1/requests?status=done", 400, "invalid"),
        ("GET", "/v1/requests?limit=0", 400, "invalid"),
        ("GET", "/v1/requests?cursor=5", 400, "invalid"),
        ("GET", "/v1/requests?created_after=soon", 400, "invalid"),
        ("GET", "/v1/requests?batch=b", 404, "not_found"),
        ("GET", "/v1/events?after=-1", 400, "invalid"),
        ("GET", "/v1/deliveries?state=lost", 400, "invalid"),
        ("POST", "/v1/deliveries/resend", 400, "invalid"),
        ("POST", "/v1/deliveries/5/resend", 404, "not_found"),
    ],
)
async def test_every_refusal_has_the_same_shape(server, method, path, status, code):
    reply = await server.call(method, path, TEXT if method == "POST" else None)
    assert (reply.status, reply.error["code"]) == (status, code)
    assert set(reply.json) == {"error"}


async def test_an_unknown_type_is_not_found_whatever_its_body(server):
    reply = await server.ask("poem", b"{")
    assert (reply.status, reply.error["field"]) == (404, "type")


async def test_a_refused_request_does_not_use_up_its_idempotency_key(server):
    assert (await server.ask("free-text", {}, Idempotency_Key="mine")).status == 400
    assert (await server.ask("free-text", TEXT, Idempotency_Key="mine")).status == 200


async def test_a_store_that_cannot_take_the_work(server):
    await server.ports.store._writer.close()
    reply = await server.ask("free-text", TEXT)
    assert (reply.status, reply.error["code"]) == (503, "unavailable")
    assert int(reply.headers["retry-after"]) > 0


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
FIELDS = sorted({field for body in BODIES.values() for field in body.__struct_fields__})
BODY = st.dictionaries(st.sampled_from([*FIELDS, "id", "type", "notes"]), ANY_JSON, max_size=8)
LIKELY = st.builds(
    lambda good, odd: good | odd, st.sampled_from([TEXT, CHOICE, MARKS, TRACK]), BODY
)


async def test_no_json_is_answered_by_a_fault(server):
    """Whatever the fields hold, the reply is a Request object or a refusal in Heat's shape."""
    drawn: list[tuple[str, object]] = []

    @settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow], database=None)
    @given(st.sampled_from(sorted(BODIES)), LIKELY | BODY | ANY_JSON)
    def collect(name, body):
        drawn.append((name, body))

    collect()
    for name, body in drawn:
        reply = await server.ask(name, body)
        assert reply.status in (200, 400), (name, body, reply.body)
        if reply.status == 200:
            assert reply.json["type"] == name
        else:
            assert isinstance(reply.error["message"], str)
