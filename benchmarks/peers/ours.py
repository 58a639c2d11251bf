"""humanwire as its users run it: `humanwire serve` on its default SQLite, used over its API."""

import msgspec
from benchmarks.peers.contender import CHOICES, IMAGE, INSTRUCTION, METADATA, SECONDS

from humanwire.bench.client import encode
from humanwire.bench.crowd import claim_request, lease_of
from humanwire.bench.setting import Setting

_QUESTION = {
    "instruction": INSTRUCTION,
    "attachments_type": "image",
    "attachments": [IMAGE],
    "choices": CHOICES,
    "metadata": METADATA,
}
_TYPED = msgspec.json.encode({"type": "multiple-choice", **_QUESTION})
_ANSWER = msgspec.json.encode({"response": [CHOICES[0]], "seconds": SECONDS})


class Humanwire:
    """A running humanwire with a project, a key and workers."""

    name = "humanwire"

    def __init__(self, setting: Setting) -> None:
        self.port = setting.server.port
        self._key = setting.key
        self._claims = [claim_request(token) for token in setting.tokens]
        self._tokens = setting.tokens
        question = msgspec.json.encode(_QUESTION)
        self._create = encode("POST", "/v1/requests/multiple-choice", self._key, question)

    def create(self) -> bytes:
        return self._create

    def next_task(self, annotator: int) -> bytes:
        return self._claims[annotator]

    def handle(self, reply: bytes) -> str:
        return lease_of(reply).id

    def submit(self, annotator: int, handle: str) -> bytes:
        target = f"/worker/v1/assignments/{handle}/answer"
        return encode("POST", target, self._tokens[annotator], _ANSWER)

    def load(self, rows: int) -> bytes:
        return encode("POST", "/v1/requests", self._key, b"[" + b",".join([_TYPED] * rows) + b"]")

    def fill(self, rows: int) -> bytes:
        """Ask for many tasks: they are worked on as well."""
        return self.load(rows)
