"""The requester's side of a browser test: a server, and questions asked over HTTP."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Container
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Self

PICTURES = Path(__file__).parents[2] / "src/humanwire/demo/media"


class Office:
    """`humanwire serve` with one project, one key, and one worker's sign-in link."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self._folder = folder
        self._settings = settings
        self._open: list[str] = []

    def __enter__(self) -> Self:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.origin = f"http://127.0.0.1:{self.port}"
        self._environment = os.environ | {
            "HUMANWIRE_DATABASE": f"sqlite:///{self._folder / 'office.db'}",
            "HUMANWIRE_PUBLIC_URL": self.origin,
            **self._settings,
        }
        self.project: str = self._run("projects", "create", "Street survey")["id"]
        self.key: str = self._run("keys", "create", "--project", "Street survey")["key"]
        worker = self._run("workers", "create", "Ada Lovelace", "--project", "Street survey")
        self.link: str = worker["url"]
        self._serve()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.terminate()
        self._server.wait(20)

    def call(
        self, method: str, path: str, body: bytes | dict[str, Any] = b"", kind: str = ""
    ) -> Any:
        """Send a request with the project's key, and read the reply, which must be a good one."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        keys = dict.fromkeys(("X-Heat-API-Key", "x-api-key", "Authorization"), self.key)
        return self._send(method, path, content, {**keys, "Content-Type": kind})

    def _held(self) -> list[dict[str, Any]]:
        return self._as_worker("GET", "/worker/v1/assignments")["assignments"]

    def _as_worker(self, method: str, path: str, content: bytes = b"") -> Any:
        headers = {"Authorization": f"Bearer {self.link.rpartition('/')[2]}"}
        return self._send(method, path, content, headers)

    def _send(
        self,
        method: str,
        path: str,
        content: bytes,
        headers: dict[str, str],
        good: Container[int] = frozenset({200, 201}),
    ) -> Any:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers["Content-Type"] = headers.get("Content-Type") or "application/json"
        try:
            connection.request(method, path, content, headers)
            reply = connection.getresponse()
            text = reply.read()
        finally:
            connection.close()
        assert reply.status in good, (reply.status, text)
        return json.loads(text)

    def ask(self, kind: str, instruction: str = "What is it?", **fields: Any) -> str:
        """Ask; return the request's id."""
        asked = self.call("POST", f"/v1/requests/{kind}", {"instruction": instruction, **fields})
        self._open.append(asked["id"])
        return asked["id"]

    def send_image(self, path: str, **fields: Any) -> str:
        """Ask as DataWow's clients do; return the image's id."""
        made = self.call("POST", f"/api/{path}", fields)["data"]
        self._open.append(made["id"])
        return made["id"]

    def image(self, identifier: str) -> dict[str, Any]:
        """The image once it is processed."""
        self.result(identifier)
        return self.call("GET", f"/api/projects/images/{identifier}")["data"]["image"]

    def result(self, request: str) -> dict[str, Any]:
        """The request once it has ended, for which a worker's answer gets a few seconds."""
        ended = self.call("GET", f"/v1/requests/{request}?block=5")
        assert ended["status"] != "pending", ended
        return ended

    def answer(self, request: str, response: Any) -> None:
        """Let the worker answer it by program."""
        held = self._as_worker("POST", "/worker/v1/assignments", b"{}")
        assert held["task"]["id"] == request
        path = f"/worker/v1/assignments/{held['id']}/answer"
        self._as_worker("POST", path, json.dumps({"response": response}).encode())

    def history(self) -> list[dict[str, Any]]:
        """What the worker has answered, newest first."""
        return self._as_worker("GET", "/worker/v1/history")["answers"]

    def past(self, assignment: str) -> dict[str, Any]:
        """One of them, whole."""
        return self._as_worker("GET", f"/worker/v1/history/{assignment}")

    def status(self, request: str) -> str:
        return self.call("GET", f"/v1/requests/{request}")["status"]

    def abort(self, request: str) -> None:
        self.call("POST", f"/v1/tasks/abort/{request}")

    def picture(self, name: str = "sun") -> str:
        """Upload one of the demo's pictures; return its address."""
        content = (PICTURES / f"{name}.svg").read_bytes()
        return self.call("POST", "/v1/media", content, "image/svg+xml")["url"]

    def guide(self, text: str) -> None:
        """Give the project guidelines; an empty text takes them back."""
        file = self._folder / "guidelines.md"
        file.write_text(text, encoding="utf-8")
        self._run("projects", "set", "Street survey", "--guidelines", str(file))

    def waits(self, request: str) -> None:
        """The worker holds the request no longer, for which their page gets a few seconds."""
        deadline = time.monotonic() + 10
        while any(each["task"]["id"] == request for each in self._held()):
            assert time.monotonic() < deadline, self._held()
            time.sleep(0.05)
        assert self.status(request) == "pending"

    def workflow(self, folder: Path, **form: Any) -> str:
        """Make a workflow; return its tag."""
        file = folder / "workflow.json"
        file.write_text(json.dumps(form), encoding="utf-8")
        command = ("workflows", "create", "--project", "Street survey", "--file", str(file))
        return self._run(*command)["tag"]

    def trial(self, tag: str) -> str:
        """The page on which a workflow is tried."""
        return self._run("workflows", "try", tag, "--project", "Street survey")["url"]

    def calls_back(self, url: str) -> None:
        """Tell this address of the project's ends; an empty one none."""
        self._run("projects", "set", "Street survey", "--callback-url", url)

    def encrypt_media(self, mode: str) -> None:
        """Say how the project's media reach workers."""
        self._run("projects", "set", "Street survey", "--media-mode", mode)

    def settle_in(self, settings: dict[str, Any] | None = None) -> None:
        """Let the worker like the workspace so, wherever they sign in from now on."""
        path = "/worker/v1/settings"
        version = self._as_worker("GET", path)["version"] + 10
        body = {"version": version, "body": settings or {}}
        self._as_worker("PUT", path, json.dumps(body).encode())

    def crash(self) -> None:
        """Kill the server as a power cut would."""
        self._server.kill()
        self._server.wait(20)

    def recover(self) -> None:
        """Start it again where it was, on what it had stored."""
        self._serve()

    def clear(self) -> None:
        """Take back what is still open; an answer that is on its way may come first."""
        headers = {"X-Heat-API-Key": self.key}
        for request in self._open:
            self._send("POST", f"/v1/tasks/abort/{request}", b"", headers, {200, 400})
            assert self.status(request) != "pending"
        self._open.clear()

    def _run(self, *words: str) -> dict[str, Any]:
        command = (sys.executable, "-m", "humanwire", *words, "--json")
        told = subprocess.run(command, env=self._environment, capture_output=True, check=True)
        return json.loads(told.stdout)

    def _serve(self) -> None:
        command = [sys.executable, "-m", "humanwire", "serve", "--port", str(self.port)]
        command += ["--allow-network", "127.0.0.0/8"]
        log = (self._folder / "serve.log").open("wb")
        with log:
            self._server = subprocess.Popen(
                command, env=self._environment, cwd=self._folder, stdout=log, stderr=log
            )
        for _ in range(400):
            assert self._server.poll() is None, (self._folder / "serve.log").read_text()
            try:
                return self.call("GET", "/readyz")
            except OSError:
                time.sleep(0.05)
        raise AssertionError((self._folder / "serve.log").read_text())
