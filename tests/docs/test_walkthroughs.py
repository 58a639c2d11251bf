"""What the pages tell a reader to type, typed: against a real server, with people who answer."""

import asyncio
import json
import os
import re
import shutil
import socket
import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from runpy import run_path
from typing import Any

import aiohttp
import pytest
from tests.docs.pages import blocks, commands, read, section

from humanwire.core.signing import new_secret, sign

pytestmark = [
    pytest.mark.skipif(shutil.which(program) is None, reason=f"needs {program}")
    for program in ("bash", "curl")
]
LINK = re.compile(r"/in/(wk_\w+)")
SERVE = re.compile(r"^\S*humanwire serve( .*)?$", re.MULTILINE)
REPLY = re.compile(r"^[{\[]", re.MULTILINE)
JSON = json.JSONDecoder()
BEFORE = """
set -eu
curl() { command curl --silent --show-error --fail-with-body --write-out '\\n' "$@"; }
"""
AT_HOME = """
humanwire projects create shop
export KEY=$(humanwire keys create --project shop | head -n 1)
for name in Ada Ben Cem; do humanwire workers create $name --project shop; done
"""


class Desk:
    """A folder with a program and a server in it, and people who answer whatever comes."""

    def __init__(self, folder: Path, origin: str, http: aiohttp.ClientSession) -> None:
        self._folder = folder
        self.origin = origin
        self._http = http
        self._people: list[asyncio.Task[None]] = []

    async def type(self, script: str) -> str:
        """Run a script; whoever it makes a link for answers from then on."""
        text = BEFORE + script.replace("http://127.0.0.1:8080", self.origin)
        shell = await asyncio.create_subprocess_exec(
            "bash", "-c", text,
            cwd=self._folder, env=environment(self._folder),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        assert shell.stdout is not None
        printed: list[str] = []
        async for line in shell.stdout:
            printed.append(line.decode())
            for token in LINK.findall(printed[-1]):
                self._people.append(asyncio.create_task(self._work(token)))
        assert await shell.wait() == 0, "".join(printed)
        return "".join(printed)

    async def go_home(self) -> None:
        """Let nobody answer any more."""
        for person in self._people:
            person.cancel()
        await asyncio.gather(*self._people, return_exceptions=True)

    async def _work(self, token: str) -> None:
        while True:
            held = await self._call(token, "", {"wait": 20})
            if held:
                answer = {"response": answer_to(held["task"])}
                await self._call(token, f"/{held['id']}/answer", answer)

    async def _call(self, token: str, path: str, body: Any) -> Any:
        url = f"{self.origin}/worker/v1/assignments{path}"
        headers = {"Authorization": f"Bearer {token}"}
        async with self._http.post(url, json=body, headers=headers) as reply:
            assert reply.status in {200, 201, 204}, await reply.text()
            return await reply.json() if reply.status != 204 else None


def answer_to(task: Any) -> Any:
    match task["kind"]:
        case "choice":
            return task["question"]["choices"][:1]
        case "rating":
            return task["question"]["max"]
        case "annotation":
            return [{"x": 1, "y": 2, "x2": 30, "y2": 40, "response": ["red"]}]
        case "tracking":
            return {"annotations": task["question"]["annotations"]}
        case _:
            return "pear"


def environment(folder: Path) -> dict[str, str]:
    """The variables of a new terminal, in which the program is found."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUMANWIRE_")}
    return kept | {"PATH": f"{folder / '.venv/bin'}:{os.environ['PATH']}"}


@asynccontextmanager
async def open_desk(folder: Path) -> AsyncGenerator[Desk]:
    program = folder / ".venv/bin/humanwire"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m humanwire "$@"\n')
    program.chmod(0o755)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    with (folder / "log").open("wb") as log:
        server = await asyncio.create_subprocess_exec(
            program, "serve", "--port", str(port),
            cwd=folder, env=environment(folder), stdout=asyncio.subprocess.PIPE, stderr=log,
        )  # fmt: skip
    assert server.stdout is not None
    async with aiohttp.ClientSession() as http:
        desk = Desk(folder, f"http://127.0.0.1:{port}", http)
        try:
            async with asyncio.timeout(30):
                assert (await server.stdout.readline()).startswith(b"Serving on")
            yield desk
        finally:
            await desk.go_home()
            server.terminate()
            await asyncio.wait_for(server.communicate(), 20)


def scripts(text: str) -> str:
    """All that a page tells to type, but what is about building and about other servers."""
    script = "\n".join(commands(block) for block in blocks(text, "console"))
    script = SERVE.sub("", script.replace("\\\n", ""))
    return re.sub(r"^make .*$", "", script, flags=re.MULTILINE)


def replies(printed: str) -> Iterator[Any]:
    """What the server replied, in order; what was asked over several lines comes back so."""
    end = 0
    while start := REPLY.search(printed, end):
        reply, end = JSON.raw_decode(printed, start.start())
        yield reply


def program_of(page: str, folder: Path) -> dict[str, Any]:
    """Run the Python of a page and return what it defines."""
    file = folder / "shown.py"
    file.write_text("".join(block.text for block in blocks(read(page), "python")))
    return run_path(str(file))


async def test_the_readme_starts(tmp_path: Path) -> None:
    start = section(read("README.md"), "Start")
    assert SERVE.search(start)
    async with open_desk(tmp_path) as desk:
        printed = await desk.type(scripts(start))
    assert re.search(r"^live_\w+$", printed, re.MULTILINE)
    assert printed.splitlines()[-1] == "pear"


async def test_first_steps(tmp_path: Path) -> None:
    page = read("docs/start/first-steps.md")
    assert SERVE.search(page)
    async with open_desk(tmp_path) as desk:
        choice, text, rating, feed = replies(await desk.type(scripts(page)))
    assert choice["status"] == text["status"] == "complete"
    assert choice["response"] == ["pear"]
    assert list(text["raw_responses"].values()) == ["pear", "pear"]
    assert rating["type"] == "rating"
    assert [event["request"]["id"] for event in feed["events"]][:2] == [choice["id"], text["id"]]


async def test_asking_many(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        printed = await desk.type(AT_HOME + scripts(read("docs/how-to/ask-many.md")))
    majority, collected, bulk, *lines, _, feed = replies(printed)
    assert majority["response"] == ["pear"]
    assert collected["response"] == ["pear"] * 3
    assert [item["status"] for item in bulk] == ["pending", "pending"]
    assert [line["index"] for line in lines] == [0, 1, 0, 1]
    assert {majority["id"], collected["id"]} <= {event["request"]["id"] for event in feed["events"]}


async def test_having_objects_marked_and_tracked(tmp_path: Path) -> None:
    page = read("docs/how-to/track-objects.md")
    bodies = re.findall(r"-d '(\{.*?\})'", page, re.DOTALL)
    (found,) = (json.loads(block.text) for block in blocks(page, "json"))
    tracking = "curl http://127.0.0.1:8080/v1/requests/tracking?block=60 -u $KEY: -d"
    async with open_desk(tmp_path) as desk:
        printed = await desk.type(AT_HOME + scripts(page))
        corrected = json.dumps(json.loads(bodies[1]) | found)
        corrected = await desk.type(f"{AT_HOME.replace('shop', 'film')}{tracking} '{corrected}'")
    marked, tracked = replies(printed)
    (unchanged,) = replies(corrected)
    assert marked["response"] == [{"x": 1, "y": 2, "x2": 30, "y2": 40, "response": ["red"]}]
    assert tracked["type"] == "tracking"
    assert unchanged["response"] == found["maker_response"]["video2d"]["data"]


async def test_moving_from_playment(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        printed = await desk.type(AT_HOME + scripts(read("docs/how-to/move-from-playment.md")))
    *_, made, read_again = replies(printed)
    assert made["feed_line_unit"]["reference_id"] == "001"
    (unit,) = read_again["feed_line_units"]
    assert unit["flu_id"] == made["feed_line_unit"]["flu_id"]


async def test_staging(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        printed = await desk.type(AT_HOME + scripts(read("docs/how-to/stage.md")))
    rating, flagged = replies(printed)
    assert rating["response"] == 5
    assert flagged["status"] == "flagged"


async def test_webhook_log(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        printed = await desk.type(AT_HOME + scripts(read("docs/how-to/receive-webhooks.md")))
    assert printed.count("whsec_") >= 2
    log, resent = replies(printed)
    assert log == {"deliveries": [], "next_cursor": None}
    assert resent["success"] is True


async def test_backup_and_move(tmp_path: Path) -> None:
    page = read("docs/how-to/back-up-and-move.md")
    moved = "sqlite:///moved.db"
    script = scripts(page).replace("postgresql://humanwire@db.example/humanwire", moved)
    assert moved in script
    async with open_desk(tmp_path) as desk:
        printed = await desk.type(AT_HOME + script)
    assert re.search(r"^ok +database +restored.db can be written", printed, re.MULTILINE)
    assert re.search(r"^ok +accounts +1 projects, 1 keys, 3 workers", printed, re.MULTILINE)
    assert (tmp_path / "moved.db").stat().st_size > 0
    assert section(read("docs/how-to/run.md"), "Back it up").count("humanwire backup") == 1


async def test_reference_pages(tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    pages = [read(f"docs/reference/{name}.md") for name in ("requests", "command-line")]
    named = scripts(read("docs/reference/operator-api.md")).replace('"shop"', '"another"')
    async with open_desk(tmp_path) as desk:
        printed = await desk.type(AT_HOME + "\n".join(map(scripts, pages)) + named)
    asked, upload, made = replies(printed)
    assert asked["response"] == ["pear"]
    assert upload["type"] == "image/png"
    assert made["name"] == "another"
    assert "\n10\n" in printed


def test_signatures_are_checked_as_shown(tmp_path: Path) -> None:
    shown = program_of("docs/how-to/receive-webhooks.md", tmp_path)
    secret, body = new_secret(bytes(range(32))), b'{"id": "7", "status": "complete"}'
    now = int(shown["time"].time())
    genuine = sign([secret], "delivery", now, body)
    assert shown["read_callback"](secret, genuine, body)["id"] == "7"
    assert shown["is_ours"](secret, genuine, body)
    both = sign([new_secret(bytes(32)), secret], "delivery", now, body)
    assert shown["is_ours"](secret, both, body)
    old = sign([secret], "delivery", now - 600, body)
    for headers, content in ((genuine, body + b" "), (old, body)):
        assert not shown["is_ours"](secret, headers, content)
        with pytest.raises(Exception, match=r"signature|old"):
            shown["read_callback"](secret, headers, content)


async def test_the_worker_in_ten_lines_works(tmp_path: Path) -> None:
    shown = program_of("docs/reference/worker-api.md", tmp_path)
    async with open_desk(tmp_path) as desk:
        printed = await desk.type(
            "humanwire projects create shop\n"
            "humanwire workers create Ada --project shop --json | sed 's|/in/|/|'\n"
            'humanwire ask rating --project shop --instruction "How ripe?" --wait 0'
        )
        (worker,) = replies(printed)
        answered = await asyncio.to_thread(
            shown["work"], desk.origin, worker["token"], lambda task: task["question"]["max"]
        )
        assert answered
        printed = await desk.type("humanwire projects show shop")
    assert "0 pending, 1 complete" in printed
