"""Jobs: long sequences with pre-labels, taken, served with their result, and agreed on by three."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from time import perf_counter

import msgspec
from msgspec import Struct

from humanwire.bench.client import BenchFailed, Connection, connected, encode
from humanwire.bench.crowd import claim_request, lease_of
from humanwire.bench.figures import MILLI, Report, percentile
from humanwire.bench.ground import Ground
from humanwire.bench.plan import Plan
from humanwire.bench.setting import Setting, prepared
from humanwire.flows.workflows import create_workflow

FRAMES = 300
OBJECTS = 20
SEEN = 250
"""In how many frames each object is seen: 5,000 annotations in all."""
_WORKERS = 3
_LEAST_ROUNDS = 3
_SHAPES = ("rectangle", "polygon", "line", "cuboid", "landmark")
_OUTLINE = (
    *((0, 0), (0.05, -0.02), (0.1, 0), (0.12, 0.05)),
    *((0.1, 0.1), (0.05, 0.12), (0, 0.1), (-0.02, 0.05)),
)


class Made(Struct):
    """What is said of a new job, as far as the bench cares."""

    job_id: str


class Reply(Struct):
    """A reply about a job."""

    data: Made


_made = msgspec.json.Decoder(Reply)


class Times(Struct):
    """Seconds that each step took, a round each."""

    accepted: list[float] = []
    served: list[float] = []
    merged: list[float] = []


async def jobs(plan: Plan) -> Report:
    """Time jobs of 300 frames with 5,000 annotations, one after the other.

    `accepted_ms` is making one with its pre-labels, `served_ms` reading its result, `merged_ms` the
    last of three answers: checked, compared with the others, merged with them and stored.
    """
    project = ""

    async def prepare(ground: Ground) -> None:
        nonlocal project
        project = ground.project.id
        policy = {"strategy": "majority", "min_agreements": _WORKERS, "max_crunchers": _WORKERS}
        for tag, terms in (("one", {}), ("three", {"consensus": policy})):
            form = {"tag": tag, "kind": "tracking", **terms}
            await create_workflow(ground.ports, ground.project, form)

    async with (
        prepared(plan, _WORKERS, prepare) as setting,
        connected(setting.ports, 1) as (caller,),
    ):
        desk = Desk(setting, caller, f"/v1/projects/{project}/jobs")
        times, answers = Times(), [annotations(nudge / 2000) for nudge in range(_WORKERS)]
        end = perf_counter() + plan.seconds
        while len(times.merged) < _LEAST_ROUNDS or perf_counter() < end:
            await desk.round(times, answers)
        report = setting.report("jobs", 1)
        report.accepted_ms = _middle(times.accepted)
        report.served_ms = _middle(times.served)
        report.merged_ms = _middle(times.merged)
        return report


class Desk:
    """Both sides of a job."""

    def __init__(self, setting: Setting, connection: Connection, path: str) -> None:
        self._setting = setting
        self._connection = connection
        self._path = path
        self._jobs = 0

    async def round(self, times: Times, answers: Sequence[bytes]) -> None:
        """Make a job with pre-labels and read its result; then let three agree on another."""
        job, seconds = await self._make("one", answers[0])
        times.accepted.append(seconds)
        await self._answer(self._setting.tokens[0], answers[0])
        request = encode("GET", f"{self._path}/{job}", "", b"", f"x-api-key: {self._setting.key}")
        read = (await self._connection.send(request)).expect(200)
        if b'"COMPLETED"' not in read.body:
            raise BenchFailed("A job that was answered is not completed.")
        times.served.append(read.seconds)
        await self._make("three", b"[]")
        taken = [
            await self._answer(token, answer)
            for token, answer in zip(self._setting.tokens, answers, strict=True)
        ]
        times.merged.append(taken[-1])

    async def _make(self, tag: str, labels: bytes) -> tuple[str, float]:
        self._jobs += 1
        body = b'{"reference_id":"%d","tag":"%b","data":{"video_data":{"frames":%b},%b}}' % (
            self._jobs,
            tag.encode(),
            _FRAMES,
            b'"maker_response":{"video2d":{"data":{"annotations":%b}}}' % labels,
        )
        request = encode("POST", self._path, "", body, f"x-api-key: {self._setting.key}")
        reply = (await self._connection.send(request)).expect(200)
        return _made.decode(reply.body).data.job_id, reply.seconds

    async def _answer(self, token: str, labels: bytes) -> float:
        lease = (await self._connection.send(claim_request(token))).expect(201)
        path = f"/worker/v1/assignments/{lease_of(lease.body).id}/answer"
        body = b'{"response":{"annotations":%b}}' % labels
        reply = await self._connection.send(encode("POST", path, token, body))
        return reply.expect(200).seconds


def annotations(nudge: float) -> bytes:
    """Trackers of all shapes in turn, each a little further than those of another nudge."""
    trackers = [
        {
            "_id": str(number),
            "type": _SHAPES[number % len(_SHAPES)],
            "label": "Car",
            "frames": {
                f"frame{frame:03}": _annotation(number, frame, nudge)
                for frame in range(number, number + SEEN)
            },
        }
        for number in range(OBJECTS)
    ]
    return msgspec.json.encode(trackers)


def _annotation(number: int, frame: int, nudge: float) -> dict[str, object]:
    left = 0.1 + 0.15 * (number % 5) + frame / 10_000 + nudge
    top = 0.1 + 0.2 * (number // 5) + nudge
    kind = _SHAPES[number % len(_SHAPES)]
    about: dict[str, object] = {"label": "", "attributes": {"pose": {"value": "standing"}}}
    if kind == "rectangle":
        corners = _OUTLINE[::2]
        return {**about, "coordinates": [*_places(corners, left, top)]}
    points = {f"p{place}": at for place, at in enumerate(_places(_OUTLINE, left, top), 1)}
    names = list(points)
    if kind == "polygon":
        edges = {f"e{place}": edge for place, edge in enumerate(pairwise([*names, "p1"]), 1)}
        return {**about, "points": points, "edges": edges}
    if kind == "cuboid":
        faces = {"front": {"coordinates": names[:4]}, "back": {"coordinates": names[4:]}}
        return {**about, "points": points, **faces}
    return {**about, "points": points}


def _places(
    outline: Iterable[tuple[float, float]], left: float, top: float
) -> list[dict[str, float]]:
    return [{"x": round(left + x, 5), "y": round(top + y, 5)} for x, y in outline]


def _middle(seconds: list[float]) -> float:
    return round(percentile(seconds, 0.5) * MILLI, 1)


_FRAMES = msgspec.json.encode(
    [
        {"frame_id": f"frame{number:03}", "src": f"https://pictures.example.com/{number}.jpg"}
        for number in range(FRAMES)
    ]
)
