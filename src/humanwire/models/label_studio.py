"""A model behind Label Studio's protocol for machine-learning back ends.

The question becomes a labelling configuration and a task; the regions of the first prediction
become the answer. `GET /health`, `POST /setup` (by the interface's first look) and `POST /predict`.
"""

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

import msgspec
from msgspec import Struct

from humanwire.core.json import Json
from humanwire.core.model import Abstention, Capability, Opinion, Verdict
from humanwire.core.questions import AnyQuestion, Choice, PhotoTag, Text
from humanwire.models.address import ModelAddress
from humanwire.models.backend import Trouble
from humanwire.models.http_call import Caller
from humanwire.models.inline import picture_addresses
from humanwire.models.plugin import Case
from humanwire.models.seat import REFUSED

KINDS = ("choice", "text", "photo-tag")
_BATCH = 8
_SECONDS = 60.0
_PROJECT = "humanwire.1"


class _Region(Struct):
    type: str = ""
    value: dict[str, Any] = {}
    original_width: float = 0
    original_height: float = 0


class _Prediction(Struct):
    result: list[_Region] = []
    score: float | None = None


class _Predicted(Struct):
    results: list[_Prediction | list[_Prediction] | None]


class _Unfit(ValueError):
    """The regions are no answer."""


class LabelStudio:
    """Asks for predictions, the questions of a batch that have the same form in one request."""

    def __init__(self, address: ModelAddress) -> None:
        self._address = address
        self._caller = Caller(address.url, address.secret())
        self.capability: Capability | None = Capability(
            name=address.name,
            version=address.model or "label-studio",
            kinds=address.kinds or KINDS,
            licence="that of the back end",
            limits="Its score is taken for its confidence; one without a score is not sure at all.",
            batch=address.batch or _BATCH,
            seconds=address.seconds or _SECONDS,
        )

    async def look(self) -> None:
        await self._caller.get("/health")

    async def answer(self, cases: Sequence[Case]) -> Sequence[Opinion]:
        forms = [_form(case.item.question) for case in cases]
        opinions: list[Opinion] = [Abstention("unknown_kind")] * len(cases)
        for form in dict.fromkeys(forms):
            if form is None:
                continue
            places = [index for index, each in enumerate(forms) if each == form]
            said = await self._predict(form, [cases[index] for index in places])
            for index, opinion in zip(places, said, strict=True):
                opinions[index] = opinion
        return opinions

    async def close(self) -> None:
        await self._caller.close()

    async def _predict(self, form: str, cases: Sequence[Case]) -> list[Opinion]:
        setting = {"project": _PROJECT, "schema": form, "hostname": "", "access_token": ""}
        await self._caller.post("/setup", msgspec.json.encode(setting))
        body: dict[str, object] = {
            "tasks": [self._task(number, case) for number, case in enumerate(cases)],
            "project": _PROJECT,
            "label_config": form,
            "params": {},
        }
        text = await self._caller.post("/predict", msgspec.json.encode(body))
        try:
            found = msgspec.json.decode(text, type=_Predicted).results
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Trouble("fault", f"{self._address.url}: no predictions: {error}") from error
        if len(found) != len(cases):
            return [REFUSED] * len(cases)
        return [_opinion(*pair) for pair in zip(cases, found, strict=True)]

    def _task(self, number: int, case: Case) -> dict[str, object]:
        pictures = picture_addresses(case, inline=self._address.inline)
        data = {"image": pictures[0]} if pictures else {}
        return {"id": number + 1, "data": {**data, "text": _text(case.item.question)}}


def _text(question: AnyQuestion) -> str:
    texts = [each.value for each in question.attachments if each.type == "text"]
    return "\n\n".join([question.instruction, *texts])


def _form(question: AnyQuestion) -> str | None:
    """The labelling configuration, or nothing for what has no form there."""
    shown = sum(each.type == "image" for each in question.attachments)
    if shown > 1:
        return None
    to = "image" if shown else "text"
    parts = ['<Text name="text" value="$text"/>']
    if shown:
        parts.append('<Image name="image" value="$image"/>')
    if isinstance(question, Choice):
        choices = "".join(f"<Choice value={quoteattr(each)}/>" for each in question.choices)
        several = "single" if question.max == 1 else "multiple"
        parts.append(f'<Choices name="answer" toName="{to}" choice="{several}">{choices}</Choices>')
    elif isinstance(question, Text):
        parts.append(f'<TextArea name="answer" toName="{to}"/>')
    elif isinstance(question, PhotoTag):
        labels = "".join(f"<Label value={quoteattr(each)}/>" for each in question.tags)
        parts.append(f'<RectangleLabels name="answer" toName="{to}">{labels}</RectangleLabels>')
    else:
        return None
    return f"<View>{''.join(parts)}</View>"


def _opinion(case: Case, found: "_Prediction | list[_Prediction] | None") -> Opinion:
    first = (found[0] if found else None) if isinstance(found, list) else found
    if first is None:
        return Abstention("unsure")
    try:
        response = _response(case.item.question, first.result)
    except (_Unfit, KeyError, TypeError, ValueError):
        return REFUSED
    if response is None:
        return Abstention("unsure")
    return Verdict(response, 0.0 if first.score is None else first.score)


def _response(question: AnyQuestion, regions: Sequence[_Region]) -> Json:
    """Make an answer of the regions; none for a question that needs one is no answer."""
    if isinstance(question, PhotoTag):
        return [_box(each) for each in regions if each.type == "rectanglelabels"]
    wanted, name = ("choices", "choices") if isinstance(question, Choice) else ("textarea", "text")
    values: list[Json] = [each.value[name] for each in regions if each.type == wanted]
    if not values:
        return None
    said = values[0]
    if len(values) > 1 or not isinstance(said, list):
        raise _Unfit
    return said if isinstance(question, Choice) else "\n".join(map(str, said))


def _box(region: _Region) -> dict[str, Json]:
    """A rectangle in hundredths of the picture, as pixels."""
    value = region.value
    across, down = region.original_width / 100, region.original_height / 100
    if not across > 0 < down:
        raise _Unfit
    return {
        "tag": value["rectanglelabels"][0],
        "x": round(value["x"] * across),
        "y": round(value["y"] * down),
        "w": round(value["width"] * across),
        "h": round(value["height"] * down),
    }
