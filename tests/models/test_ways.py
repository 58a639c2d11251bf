"""The ways to models elsewhere, against servers that behave, misbehave and go away."""

import json
from base64 import b64decode
from collections.abc import AsyncIterator, Sequence
from typing import Any, ClassVar

import pytest
from aiohttp import web
from tests.models.conftest import Elsewhere, closed, item, picture, running

from humanwire.core.model import Abstention, Capability, Item, Opinion, Verdict
from humanwire.core.questions import AnyQuestion, Attachment, PhotoTag, Rating, Text
from humanwire.models.address import parse_address
from humanwire.models.backend import Trouble
from humanwire.models.plugin import Case
from humanwire.models.reach import reach
from humanwire.models.seat import Seat
from humanwire.models.serving import worker_app

IMAGE = picture("flower.jpg")


async def shown(asked: Item) -> Case:
    return Case(asked, (IMAGE,))


async def ask(text: str, question: AnyQuestion | None = None, count: int = 1) -> list[Opinion]:
    """Ask a model for an opinion as the panel does."""
    address = parse_address(text)
    seat = Seat(address.name, reach(address), shown)
    try:
        await seat.look()
        return await seat.ask([Item(question or closed())] * count)
    finally:
        await seat.close()


class Loud:
    """Says how large the picture is that it was shown."""

    capability: ClassVar = Capability(name="loud", version="1", kinds=("choice",), batch=3)

    def __init__(self, *, threads: int) -> None:
        self.threads = threads

    def answer(self, cases: Sequence[Case]) -> Sequence[Opinion]:
        if any(case.item.question.instruction == "crash" for case in cases):
            raise ZeroDivisionError
        return [Verdict(["approved"], len(case.media[0]) / 1_000_000) for case in cases]


class Broken(Loud):
    capability: ClassVar = Capability(name="broken", version="1")

    def __init__(self, *, threads: int) -> None:
        del threads
        raise OSError("no weights")


@pytest.fixture
async def worker() -> AsyncIterator[str]:
    async with running(worker_app([Loud], 1, None)) as url:
        yield url


async def test_a_worker_is_shown_the_pictures(worker: str) -> None:
    said = await ask(f"loud={worker}", count=7)
    assert said == [Verdict(["approved"], len(IMAGE) / 1_000_000)] * 7


async def test_a_worker_says_what_it_covers(worker: str) -> None:
    backend = reach(parse_address(f"noisy={worker}?model=loud&seconds=5&batch=2"))
    assert backend.capability is None
    await backend.look()
    assert backend.capability == Capability(
        name="noisy", version="1", kinds=("choice",), batch=2, seconds=5
    )
    await backend.close()


async def test_a_model_that_the_worker_does_not_serve_is_out_of_reach(worker: str) -> None:
    backend = reach(parse_address(f"other={worker}"))
    with pytest.raises(Trouble, match="serves no model 'other'"):
        await backend.look()
    await backend.close()


async def test_a_worker_whose_model_fails_goes_on(worker: str) -> None:
    crash = Text(instruction="crash", attachments=(Attachment("image", "http://x.test/1.jpg"),))
    assert await ask(f"loud={worker}", crash) == [Abstention("fault")]
    assert isinstance((await ask(f"loud={worker}"))[0], Verdict)


async def test_a_worker_with_a_key_answers_to_nobody_else(
    monkeypatch: pytest.MonkeyPatch, elsewhere: Elsewhere
) -> None:
    del elsewhere
    monkeypatch.setenv("WORKER_KEY", "s3cret")
    monkeypatch.setenv("WRONG_KEY", "guess")
    async with running(worker_app([Loud], 1, "s3cret")) as url:
        assert isinstance((await ask(f"loud={url}?key=WORKER_KEY"))[0], Verdict)
        assert await ask(f"loud={url}?key=WRONG_KEY") == [Abstention("fault")]
        assert await ask(f"loud={url}") == [Abstention("fault")]


async def test_a_model_that_cannot_be_loaded_does_not_keep_the_others() -> None:
    async with running(worker_app([Broken, Loud], 1, None)) as url:
        assert isinstance((await ask(f"loud={url}"))[0], Verdict)
        assert await ask(f"broken={url}") == [Abstention("fault")]


@pytest.mark.parametrize(
    "reply",
    [
        {},
        {"opinions": 3},
        {"opinions": []},
        {"opinions": [{"said": "verdict", "response": ["maybe"], "confidence": 1}]},
        {"opinions": [{"said": "verdict", "response": ["ban"], "confidence": "yes"}]},
        {"opinions": [{"said": "nonsense"}]},
        web.Response(text="<html>"),
        web.Response(status=500),
        web.Response(status=302, headers={"Location": "/elsewhere"}),
    ],
    ids=str,
)
async def test_a_worker_that_talks_nonsense_is_no_answer(elsewhere: Elsewhere, reply: Any) -> None:
    capability = {"name": "made", "version": "1", "kinds": ["choice"]}
    url = await elsewhere(models={"models": [capability]}, opinions=lambda *_: reply)
    (said,) = await ask(f"made={url}")
    assert said in (Abstention("fault"), Abstention("refused"))


async def test_nobody_there_is_out_of_reach(elsewhere: Elsewhere) -> None:
    url = (await elsewhere()).rpartition(":")[0] + ":1"
    for text in (f"a={url}", f"a=openai+{url}?model=m", f"a=label-studio+{url}"):
        assert await ask(text) == [Abstention("unreachable")]


def completion(content: Any, **message: Any) -> dict[str, Any]:
    text = content if isinstance(content, str) or content is None else json.dumps(content)
    return {"choices": [{"message": {"content": text, **message}}]}


async def test_an_endpoint_is_asked_with_picture_and_schema(
    elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def complete(body: Any, request: web.Request) -> Any:
        asked.append((body, request.headers["Authorization"]))
        return completion({"answer": ["declined"], "confidence": 0.75})

    monkeypatch.setenv("EYES_KEY", "k1")
    url = await elsewhere(models={"data": []}, completions=complete)
    assert await ask(f"eyes=openai+{url}/v1?model=small&key=EYES_KEY") == [
        Verdict(["declined"], 0.75)
    ]
    ((body, key),) = asked
    assert key == "Bearer k1"
    assert body["model"] == "small"
    text, image = body["messages"][-1]["content"]
    assert text["text"].startswith("Does it meet the criteria?")
    head, _, data = image["image_url"]["url"].partition(",")
    assert (head, b64decode(data)) == ("data:image/jpeg;base64", IMAGE)
    schema = body["response_format"]["json_schema"]["schema"]["properties"]["answer"]
    assert schema["items"]["enum"] == ["approved", "declined", "ban"]


async def test_an_endpoint_may_be_told_where_pictures_are(elsewhere: Elsewhere) -> None:
    seen: list[Any] = []

    def complete(body: Any, _: web.Request) -> Any:
        seen.append(body["messages"][-1]["content"][1]["image_url"]["url"])
        return completion({"answer": ["ban"], "confidence": 1})

    url = await elsewhere(models={}, completions=complete)
    await ask(f"eyes=openai+{url}?model=small&media=address")
    assert seen == ["http://pictures.test/1.jpg"]


@pytest.mark.parametrize(
    ("question", "answer", "response"),
    [
        (Text(instruction="Read it."), " 12 pears ", "12 pears"),
        (Rating(instruction="How sharp?", min=1, max=5), 4, 4),
        (Rating(instruction="How sharp?", min=1, max=5), 6, None),
        (Text(instruction="Read it.", validation="number"), "many", None),
    ],
    ids=str,
)
async def test_an_endpoint_answers_texts_and_ratings(
    elsewhere: Elsewhere, question: AnyQuestion, answer: Any, response: Any
) -> None:
    reply = completion({"answer": answer, "confidence": 0.5})
    url = await elsewhere(models={}, completions=reply)
    said = await ask(f"eyes=openai+{url}?model=small", question)
    assert said == [Abstention("refused") if response is None else Verdict(response, 0.5)]


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (completion("I think it is fine."), "refused"),
        (completion({"answer": ["approved"]}), "refused"),
        (completion({"answer": ["approved"], "confidence": 7}), "refused"),
        (completion(None, refusal="I cannot."), "declined_to_answer"),
        (completion(None), "declined_to_answer"),
        ({"choices": []}, "fault"),
        ({"error": "?"}, "fault"),
        (web.Response(status=401), "fault"),
    ],
    ids=str,
)
async def test_what_an_endpoint_says_otherwise_is_no_answer(
    elsewhere: Elsewhere, reply: Any, reason: str
) -> None:
    url = await elsewhere(models={}, completions=lambda *_: reply)
    assert await ask(f"eyes=openai+{url}?model=small") == [Abstention(reason)]


async def test_an_endpoint_that_is_busy_is_asked_again(elsewhere: Elsewhere) -> None:
    turns = [web.Response(status=429, headers={"Retry-After": "0"})]

    def complete(*_: Any) -> Any:
        return turns.pop() if turns else completion({"answer": ["ban"], "confidence": 1})

    url = await elsewhere(models={}, completions=complete)
    assert await ask(f"eyes=openai+{url}?model=small") == [Verdict(["ban"], 1.0)]


async def test_a_kind_that_an_endpoint_cannot_be_asked(elsewhere: Elsewhere) -> None:
    url = await elsewhere(models={})
    tags = PhotoTag(instruction="Tag.", attachments=closed().attachments)
    assert await ask(f"eyes=openai+{url}?model=small", tags) == [Abstention("unknown_kind")]


def region(kind: str, value: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": kind, "value": value, "from_name": "answer", "to_name": "image", **more}


def label_studio(elsewhere: Elsewhere, *regions: Any, seen: list[Any] | None = None) -> Any:
    def predict(body: Any, _: web.Request) -> Any:
        if seen is not None:
            seen.append(body)
        return {"results": [{"result": list(regions), "score": 0.6} for _ in body["tasks"]]}

    return elsewhere(health={"status": "UP"}, setup={"model_version": "3"}, predict=predict)


async def test_a_back_end_predicts_choices(elsewhere: Elsewhere) -> None:
    seen: list[Any] = []
    url = await label_studio(elsewhere, region("choices", {"choices": ["ban"]}), seen=seen)
    assert await ask(f"boxes=label-studio+{url}", count=3) == [Verdict(["ban"], 0.6)] * 3
    config = seen[0]["label_config"]
    assert '<Choices name="answer" toName="image" choice="single">' in config
    assert '<Choice value="declined"/>' in config
    task = seen[0]["tasks"][0]["data"]
    assert task["text"] == "Does it meet the criteria?"
    assert b64decode(task["image"].partition(",")[2]) == IMAGE


async def test_a_back_end_predicts_boxes_in_hundredths(elsewhere: Elsewhere) -> None:
    tags = PhotoTag(
        instruction="Tag.", attachments=closed().attachments, tags=("cat", 'the "dog" & co')
    )
    box = region(
        "rectanglelabels",
        {"x": 10, "y": 25.5, "width": 50, "height": 10, "rectanglelabels": ['the "dog" & co']},
        original_width=400,
        original_height=200,
    )
    url = await label_studio(elsewhere, box)
    assert await ask(f"boxes=label-studio+{url}", tags) == [
        Verdict([{"tag": 'the "dog" & co', "x": 40, "y": 51, "w": 200, "h": 20}], 0.6)
    ]
    empty = await label_studio(elsewhere)
    assert await ask(f"boxes=label-studio+{empty}", tags) == [Verdict([], 0.6)]


async def test_a_back_end_predicts_texts(elsewhere: Elsewhere) -> None:
    url = await label_studio(elsewhere, region("textarea", {"text": ["12", "pears"]}))
    said = await ask(f"t=label-studio+{url}", Text(instruction="Read it."))
    assert said == [Verdict("12\npears", 0.6)]


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ({"results": []}, "refused"),
        ({"results": [None]}, "unsure"),
        ({"results": [{"result": []}]}, "unsure"),
        ({"results": [{"result": [region("choices", {})]}]}, "refused"),
        ({"results": [{"result": [region("choices", {"choices": "ban"})]}]}, "refused"),
        ({"results": [{"result": [region("choices", {"choices": ["?"]})]}]}, "refused"),
        ({"results": "none"}, "fault"),
        (web.Response(text="oops"), "fault"),
    ],
    ids=str,
)
async def test_what_a_back_end_says_otherwise_is_no_answer(
    elsewhere: Elsewhere, reply: Any, reason: str
) -> None:
    url = await elsewhere(health={}, setup={}, predict=lambda *_: reply)
    assert await ask(f"boxes=label-studio+{url}") == [Abstention(reason)]


async def test_a_prediction_without_a_score_is_not_sure_at_all(elsewhere: Elsewhere) -> None:
    reply = {"results": [{"result": [region("choices", {"choices": ["ban"]})]}]}
    url = await elsewhere(health={}, setup={}, predict=reply)
    assert await ask(f"boxes=label-studio+{url}") == [Verdict(["ban"], 0.0)]


async def test_a_worker_refuses_more_than_it_can_hold(worker: str) -> None:
    backend = reach(parse_address(f"loud={worker}"))
    with pytest.raises(Trouble, match="At most 3 cases"):
        await backend.answer([Case(item(), (b"",))] * 4)
    await backend.close()
