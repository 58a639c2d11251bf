"""Label Studio as its users run it: `label-studio start` on its default SQLite, used over its API.

It serves by Django's server of threads, which is what `label-studio` starts. Its settings are its
defaults, but for three: no reports to its makers, no look for a newer version (either would have
it wait for the network), and the tokens of users that do not change every five minutes.
"""

import asyncio
import os
import re
import secrets
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import msgspec
from benchmarks.peers.contender import CHOICES, IMAGE, INSTRUCTION, METADATA, SECONDS

from humanwire.bench.client import HOST, BenchFailed, encode
from humanwire.bench.process import free_port

_READY_SECONDS = 300.0
_STOP_SECONDS = 30.0
_JSON = "content-type: application/json"
_SETTINGS = {
    "SENTRY_DSN": "",
    "FRONTEND_SENTRY_DSN": "",
    "COLLECT_ANALYTICS": "false",
    "LABEL_STUDIO_LATEST_VERSION_CHECK": "false",
}
_CHOICES = "".join(f'<Choice value="{choice}"/>' for choice in CHOICES)
_CONFIG = (
    '<View><Header value="$instruction"/><Image name="image" value="$image"/>'
    f'<Choices name="answer" toName="image" choice="single">{_CHOICES}</Choices></View>'
)
_FORM_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_TASK = {"data": {"instruction": INSTRUCTION, "image": IMAGE}, "meta": METADATA}
_MARK = {
    "from_name": "answer",
    "to_name": "image",
    "type": "choices",
    "value": {"choices": [CHOICES[0]]},
}
_ANSWER = msgspec.json.encode({"result": [_MARK], "lead_time": SECONDS})


class _Made(msgspec.Struct):
    id: int


_made = msgspec.json.Decoder(_Made)


class LabelStudio:
    """A running Label Studio with two projects: one to work in, one to import into."""

    name = "Label Studio"

    def __init__(
        self, port: int, token: str, projects: Sequence[int], users: Sequence[str]
    ) -> None:
        self.port = port
        self._token = token
        self._project, self._other = projects
        self._users = users
        task = msgspec.json.encode({"project": self._project, **_TASK})
        self._create = self._encode("POST", "/api/tasks/", token, task)

    def create(self) -> bytes:
        return self._create

    def next_task(self, annotator: int) -> bytes:
        return self._encode("GET", f"/api/projects/{self._project}/next", self._users[annotator])

    def handle(self, reply: bytes) -> str:
        return str(_made.decode(reply).id)

    def submit(self, annotator: int, handle: str) -> bytes:
        target = f"/api/tasks/{handle}/annotations/"
        return self._encode("POST", target, self._users[annotator], _ANSWER)

    def load(self, rows: int) -> bytes:
        return self._import(self._other, rows)

    def fill(self, rows: int) -> bytes:
        """Ask for many tasks in the project that is worked in."""
        return self._import(self._project, rows)

    def _import(self, project: int, rows: int) -> bytes:
        body = msgspec.json.encode([_TASK] * rows)
        return self._encode("POST", f"/api/projects/{project}/import", self._token, body)

    @staticmethod
    def _encode(method: str, target: str, token: str, body: bytes = b"") -> bytes:
        return encode(method, target, token, body, _JSON, scheme="Token")


@asynccontextmanager
async def label_studio(
    programs: Path, folder: Path, annotators: int
) -> AsyncGenerator[LabelStudio]:
    """Run a new Label Studio that keeps its data in `folder`, with so many annotators."""
    port, token = free_port(), secrets.token_hex(20)
    log = folder / "label-studio.log"
    command = (
        *(str(programs / "label-studio"), "start", "--no-browser"),
        *("--data-dir", str(folder / "label-studio")),
        *("--internal-host", HOST, "--port", str(port)),
        *("--username", "owner@example.com", "--password", secrets.token_hex(8)),
        *("--user-token", token, "--enable-legacy-api-token"),
    )
    (folder / "label-studio").mkdir()
    with log.open("wb") as output:
        server = await asyncio.create_subprocess_exec(
            *command, env=os.environ | _SETTINGS, stdout=output, stderr=output
        )
    try:
        async with aiohttp.ClientSession(f"http://{HOST}:{port}") as http:
            await _ready(server, http, log)
            projects = [await _project(http, token, title) for title in ("work", "import")]
        users = [await _sign_up(port, number) for number in range(annotators)]
        yield LabelStudio(port, token, projects, users)
    finally:
        if server.returncode is None:
            server.terminate()
            try:
                await asyncio.wait_for(server.wait(), _STOP_SECONDS)
            except TimeoutError:
                server.kill()
                await server.wait()


async def _ready(
    server: asyncio.subprocess.Process, http: aiohttp.ClientSession, log: Path
) -> None:
    """Wait until it answers; the first start makes its tables, which takes up to a minute."""
    deadline = asyncio.get_running_loop().time() + _READY_SECONDS
    while server.returncode is None and asyncio.get_running_loop().time() < deadline:
        try:
            async with http.get("/health") as reply:
                if reply.ok:
                    return
        except aiohttp.ClientError:
            await asyncio.sleep(0.2)
    raise BenchFailed(f"Label Studio did not start: {log.read_text(errors='replace')[-1000:]}")


async def _project(http: aiohttp.ClientSession, token: str, title: str) -> int:
    body = {"title": title, "label_config": _CONFIG}
    headers = {"authorization": f"Token {token}"}
    async with http.post("/api/projects/", json=body, headers=headers) as reply:
        return _made.decode(await _good(reply)).id


async def _sign_up(port: int, number: int) -> str:
    """Sign an annotator up as a person would, and read their token."""
    # The cookies of an address without a name are kept only when the jar is told so.
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(f"http://{HOST}:{port}", cookie_jar=jar) as http:
        async with http.get("/user/signup/") as page:
            found = _FORM_TOKEN.search((await _good(page)).decode())
        if found is None:
            raise BenchFailed("Label Studio's page for signing up has another form by now.")
        form = {
            "csrfmiddlewaretoken": found[1],
            "email": f"annotator-{number}@example.com",
            "password": secrets.token_hex(8),
            "allow_newsletters": "false",
        }
        async with http.post("/user/signup/", data=form, allow_redirects=False) as signed:
            await _good(signed)
        async with http.get("/api/current-user/token") as reply:
            return msgspec.json.decode(await _good(reply), type=dict[str, str])["token"]


async def _good(reply: aiohttp.ClientResponse) -> bytes:
    body = await reply.read()
    if not reply.ok:
        raise BenchFailed(f"Label Studio answered {reply.status}: {body[:500]!r}")
    return body
