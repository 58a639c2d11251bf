"""People who go on whatever happens to the nodes, and write down what was acknowledged."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import aiohttp
from aiohttp import web
from tests.served import Served

TROUBLE = (aiohttp.ClientError, OSError)
MAJORITY = {"strategy": "majority", "min_agreements": 2, "max_crunchers": 3}


class Load:
    """Askers, workers, blocked callers and a reader of the feed, each at any of the nodes.

    With `most` requests in flight the askers wait. Whoever is cut off or told to come again does
    so, at whichever node; anything else that is not an answer, such as silence for 15 seconds,
    ends them, and with them the test.
    """

    def __init__(
        self, nodes: list[Served], http: aiohttp.ClientSession, most: int, hook: str | None = None
    ) -> None:
        self.nodes = nodes
        self.http = http
        self.hook = hook
        self.asked: dict[str, str] = {}
        self.answered: dict[str, dict[str, str]] = {}
        self.ended: dict[str, Any] = {}
        self.feed: list[str] = []
        self.refused = 0
        self._most = most
        self.asking = True
        self._chance = random.Random(len(nodes))
        self._moved = asyncio.Event()

    @property
    def in_flight(self) -> int:
        return len(self.asked) - len(self.feed)

    @property
    def answers(self) -> int:
        return sum(map(len, self.answered.values()))

    async def until(self, condition: Callable[[], bool], seconds: float = 60) -> None:
        """Wait for a condition on what was acknowledged or refused."""
        async with asyncio.timeout(seconds):
            while not condition():
                self._moved.clear()
                await self._moved.wait()

    async def ask(self, name: str) -> None:
        """Ask one request after another, each under its own idempotency key, until it is in."""
        number = 0
        while self.asking:
            await self.until(lambda: self.in_flight < self._most or not self.asking, 1000)
            own = f"{name}-{number}"
            body: dict[str, Any] = {"instruction": own, "choices": ["a", "b"]}
            if self.hook is not None:
                body["hook_url"] = self.hook
            if number % 3 == 0:
                body["confidence"] = MAJORITY
            headers = {"Idempotency-Key": own}
            reply = await self._call("POST", "/v1/requests/multiple-choice", body, headers)
            if reply is not None:
                assert self.asked.setdefault(own, reply["id"]) == reply["id"], "asked twice"
                number += 1

    def stop_asking(self) -> None:
        """Let the askers end what they are at, so that all there is has been acknowledged."""
        self.asking = False
        self._moved.set()

    async def work(self, token: str) -> None:
        """Take tasks and answer them, each answer sent until it is in."""
        headers = {"Authorization": f"Bearer {token}"}
        path = "/worker/v1/assignments"
        while True:
            lease = await self._call("POST", path, {"wait": 1}, headers)
            if lease is None:
                continue
            body = {"response": [self._chance.choice("ab")]}
            answered = None
            while answered is None:
                answer = f"{path}/{lease['id']}/answer"
                answered = await self._call("POST", answer, body, headers)
            self.answered.setdefault(lease["task"]["id"], {})[token] = body["response"][0]

    async def block(self) -> None:
        """Wait for the ends of requests, one after the other."""
        while True:
            await self.until(lambda: len(self.ended) < len(self.asked), 1000)
            task = next(task for task in reversed(self.asked.values()) if task not in self.ended)
            while task not in self.ended:
                reply = await self._call("GET", f"/v1/requests/{task}?block=2")
                if reply is not None and reply["status"] != "pending":
                    self.ended[task] = reply["response"]

    async def read(self) -> None:
        """Read the feed on and on."""
        while True:
            path = f"/v1/events?after={len(self.feed)}&block=2&limit=1000"
            page = await self._call("GET", path)
            for event in page["events"] if page is not None else ():
                assert event["id"] == len(self.feed) + 1, "the feed has a gap, or repeats itself"
                self.feed.append(event["request"]["id"])

    async def _call(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> Any:
        node = self._chance.choice(self.nodes)
        own = {"X-Heat-API-Key": node.key} | (headers or {})
        try:
            url = node.origin + path
            async with self.http.request(method, url, json=body, headers=own) as reply:
                if reply.status == 503:
                    assert int(reply.headers["Retry-After"]) >= 1
                    self.refused += 1
                    self._moved.set()
                    await asyncio.sleep(0.05)
                    return None
                if reply.status == 204:
                    return None
                assert reply.status in {200, 201}, (path, reply.status, await reply.text())
                told = await reply.json()
        except TimeoutError:
            raise AssertionError(f"{node.origin}{path} was not answered") from None
        except TROUBLE:
            await asyncio.sleep(0.05)
            return None
        self._moved.set()
        return told


class Receiver:
    """Takes callbacks, and keeps what it was told under which identifier."""

    def __init__(self) -> None:
        self.ends: dict[str, set[tuple[str, str, str]]] = {}
        self.told: Counter[str] = Counter()
        self._moved = asyncio.Event()
        application = web.Application()
        application.router.add_post("/", self._hook)
        self._runner = web.AppRunner(application, shutdown_timeout=0.1)

    async def open(self) -> str:
        """Start, and return the address."""
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/"

    async def close(self) -> None:
        await self._runner.cleanup()

    async def until_told(self, tasks: set[str]) -> None:
        async with asyncio.timeout(60):
            while not tasks <= self.told.keys():
                self._moved.clear()
                await self._moved.wait()

    async def _hook(self, request: web.Request) -> web.Response:
        body = await request.json()
        end = (body["id"], body["status"], str(body["response"]))
        self.ends.setdefault(request.headers["webhook-id"], set()).add(end)
        self.told[body["id"]] += 1
        self._moved.set()
        return web.Response()
