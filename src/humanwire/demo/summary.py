"""What the demo prints: a line for each thing that happens, and in the end each question whole."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from humanwire.core.json import Json
from humanwire.demo.samples import Sample

_WIDEST = 100


class Ended(Struct, frozen=True, kw_only=True):
    """A request as it ended, who said what, and how many seconds it took.

    `names` has a name for each address that was uploaded.
    """

    sample: Sample
    request: dict[str, Any]
    answers: Sequence[tuple[str, Json]]
    seconds: float
    names: Mapping[str, str]


def line(seconds: float, who: str, what: str) -> str:
    """One line of the live log."""
    return f"{seconds:5.1f} s  {who:<9} {what}"


def summary(ended: Ended) -> str:
    """A question with its answers, its result, the agreement and the time."""
    request = ended.request
    rows = [f"{ended.sample.instruction}  [{request['type']}]"]
    rows += [
        f"    {who + ':':<10} {shown(response, ended.names)}" for who, response in ended.answers
    ]
    rows.append(f"  → {result(request, ended.names)}  ({agreement(ended)}, {ended.seconds:.1f} s)")
    return "\n".join(rows)


def result(request: dict[str, Any], names: Mapping[str, str]) -> str:
    """What the requester got."""
    if request["status"] == "flagged":
        return f"flagged: {request['cruncher_feedback']}"
    if request["status"] != "complete":
        return request["status"]
    return shown(request["response"], names)


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


def shown(response: Json, names: Mapping[str, str]) -> str:
    """An answer on one line, short enough to read."""
    match response:
        case None:
            text = "no agreement"
        case str():
            text = names.get(response) or _short(response)
        case [*items]:
            text = ", ".join(shown(item, names) for item in items)
        case {"x": _} | {"t": _} | {"start": _}:
            text = _mark(response, names)
        case {"annotations": [*trackers]}:
            text = ", ".join(_tracker(tracker) for tracker in trackers) or "nothing"
        case dict():
            text = ", ".join(f"{name} {shown(value, names)}" for name, value in response.items())
        case _:
            text = msgspec.json.encode(response).decode()
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


def _mark(mark: Mapping[str, Json], names: Mapping[str, str]) -> str:
    place = f"({mark.get('x')}, {mark.get('y')})"
    if "x2" in mark:
        place += f"-({mark['x2']}, {mark['y2']})"
    if "tag" in mark:
        return f"{place} {mark['w']} x {mark['h']} {mark['tag']}"
    return place if "response" not in mark else f"{place} {shown(mark['response'], names)}"


def _tracker(tracker: Json) -> str:
    match tracker:
        case {"label": label, "frames": {**frames}}:
            return f"{label} in {len(frames)} frames"
        case _:
            return str(tracker)


def _short(text: str) -> str:
    """Uploads have long addresses: their beginning and end tell them apart."""
    head, upload, name = text.partition("/media/")
    return f"{head}{upload}{name[:4]}…{name[-4:]}" if upload else text
