"""What the demo prints: a line for each thing that happens, and in the end each question whole."""

from collections.abc import Sequence
from typing import Any, cast

import msgspec
from msgspec import Struct

from humanwire.core.json import Json
from humanwire.demo.samples import Sample

_WIDEST = 100


class Ended(Struct, frozen=True):
    """A request as it ended, who said what, and how many seconds it took."""

    sample: Sample
    request: dict[str, Any]
    answers: Sequence[tuple[str, Json]]
    seconds: float


def line(seconds: float, who: str, what: str) -> str:
    """One line of the live log."""
    return f"{seconds:5.1f} s  {who:<9} {what}"


def summary(ended: Ended) -> str:
    """A question with its answers, its result, the agreement and the time."""
    request = ended.request
    rows = [f"{ended.sample.instruction}  [{request['type']}]"]
    rows += [f"    {who + ':':<10} {shown(response)}" for who, response in ended.answers]
    rows.append(f"  → {result(request)}  ({agreement(ended)}, {ended.seconds:.1f} s)")
    return "\n".join(rows)


def result(request: dict[str, Any]) -> str:
    """What the requester got."""
    if request["status"] == "flagged":
        return f"flagged: {request['cruncher_feedback']}"
    if request["status"] != "complete":
        return request["status"]
    return shown(request["response"])


def agreement(ended: Ended) -> str:
    """How many had to agree, and whether they did."""
    confidence: dict[str, Any] = ended.request.get("confidence", {})
    answers = len(ended.request["raw_responses"])
    if ended.request["status"] == "flagged":
        return "one flag"
    match confidence.get("strategy"):
        case "majority" if ended.request["response"] is None:
            return f"no {confidence['min_agreements']} of {answers} agree"
        case "majority":
            return f"{confidence['min_agreements']} of {answers} agree"
        case "collect":
            return f"all {answers} answers"
        case _:
            return "one answer"


def shown(response: Json) -> str:
    """An answer on one line, short enough to read."""
    match response:
        case None:
            return "no agreement"
        case str():
            text = _short(response)
        case [*items] if items and all(isinstance(item, dict) for item in items):
            text = "; ".join(_mark(cast("dict[str, Json]", item)) for item in items)
        case [*items]:
            text = ", ".join(shown(item) for item in items)
        case _:
            text = msgspec.json.encode(response).decode()
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


def _mark(mark: dict[str, Json]) -> str:
    place = f"({mark.get('x')}, {mark.get('y')})"
    if "x2" in mark:
        place += f"-({mark['x2']}, {mark['y2']})"
    return place if "response" not in mark else f"{place} {shown(mark['response'])}"


def _short(text: str) -> str:
    """Uploads have long addresses: their beginning and end tell them apart."""
    head, upload, name = text.partition("/media/")
    return f"{head}{upload}{name[:4]}…{name[-4:]}" if upload else text
