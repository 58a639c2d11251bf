"""Where the workspace is measured: a server, and Chromium with a worker signed in."""

import json
import shutil
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import (
    Browser,
    BrowserContext,
    CDPSession,
    Page,
    Route,
    ViewportSize,
    async_playwright,
)

from humanwire.bench.client import BenchFailed
from humanwire.bench.plan import Plan
from humanwire.bench.setting import prepared

DESKTOP = ViewportSize(width=1280, height=800)
# A container's root has no sandbox and little shared memory.
OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
PATIENCE_MS = 60_000
STAGED = "staged"
"""The name of an assignment that is put before the page by the browser itself."""


class Stage:
    """A server, a browser, and what it takes to have a worker look at a question."""

    def __init__(self, browser: Browser, port: int, key: str, token: str) -> None:
        self.browser = browser
        self.origin = f"http://127.0.0.1:{port}"
        self._key = key
        self._token = token

    async def ask(self, kind: str, **question: object) -> str:
        """Ask over HTTP; return the request's id."""
        asked = await self._call("POST", f"/v1/requests/{kind}", json.dumps(question).encode())
        return asked["id"]

    async def result(self, request: str) -> Any:
        """What came of a request, for which an answer gets half a minute."""
        ended = await self._call("GET", f"/v1/requests/{request}?block=30")
        if ended["status"] != "complete":
            raise BenchFailed(f"The request is {ended['status']}.")
        return ended["response"]

    async def abort(self, request: str) -> None:
        await self._call("POST", f"/v1/tasks/abort/{request}")

    async def upload(self, content: bytes, kind: str) -> str:
        """Keep a file; return its address on the server."""
        return (await self._call("POST", "/v1/media", content, kind))["url"]

    @asynccontextmanager
    async def worker(self, **options: Any) -> AsyncGenerator[Page]:
        """A page of somebody who is signed in, in a browser that has seen nothing else yet.

        What the page complains of, or fails to load, fails the bench.
        """
        context = await self.browser.new_context(viewport=DESKTOP, **options)
        try:
            signed_in = await context.request.get(f"{self.origin}/in/{self._token}")
            if not signed_in.ok:
                raise BenchFailed(f"Signing in was refused: {signed_in.status}.")
            page = await context.new_page()
            page.set_default_timeout(PATIENCE_MS)
            trouble: list[str] = []
            page.on("pageerror", lambda error: trouble.append(str(error)))
            yield page
            if trouble:
                raise BenchFailed(f"The page failed: {trouble[0]}")
        finally:
            await context.close()

    async def open(self, page: Page) -> None:
        """Go to the workspace and wait for a task."""
        reply = await page.goto(f"{self.origin}/work", wait_until="commit")
        if reply is None or not reply.ok:
            raise BenchFailed(f"The page was not served: {reply and reply.status}.")
        await page.locator("form > .acts").wait_for()

    async def _call(
        self, method: str, path: str, body: bytes = b"", kind: str = "application/json"
    ) -> Any:
        context: BrowserContext = await self.browser.new_context()
        try:
            headers = {"X-Heat-API-Key": self._key, "Content-Type": kind}
            reply = await context.request.fetch(
                self.origin + path, method=method, headers=headers, data=body
            )
            if not reply.ok:
                raise BenchFailed(f"{method} {path}: {reply.status} {await reply.text()}")
            return await reply.json()
        finally:
            await context.close()


@asynccontextmanager
async def staged(**launch: Any) -> AsyncGenerator[Stage]:
    """Run a server of its own and a browser. Raises BenchFailed where there is no Chromium."""
    if CHROMIUM is None:
        raise BenchFailed("There is no Chromium on the path.")
    async with prepared(Plan(), workers=1) as setting, async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=list(OPTIONS), **launch
        )
        try:
            yield Stage(browser, setting.server.port, setting.key, setting.tokens[0])
        finally:
            await browser.close()


async def put_before(page: Page, kind: str, question: Mapping[str, object]) -> None:
    """Have the page find this question in hand, which the server would not take."""
    task = {
        "id": STAGED,
        "project": "bench",
        "type": kind,
        "kind": kind,
        "instruction": f"Bench of {kind}",
        "question": question,
        "attachments": [],
        "sources": {},
        "created_at": "2026-01-01T00:00:00Z",
    }
    held = {"id": STAGED, "expires_at": "2099-01-01T00:00:00Z", "lease_seconds": 3600}
    held |= {"draft": None, "task": task}
    reply = json.dumps({"assignments": [held]})

    async def lease(route: Route) -> None:
        if route.request.method == "GET":
            await route.fulfill(body=reply, content_type="application/json")
        else:
            await route.fulfill(body="null", content_type="application/json")

    async def act(route: Route) -> None:
        taken = {"accepted": True, "expires_at": held["expires_at"]}
        await route.fulfill(json=taken)

    await page.route("**/worker/v1/assignments", lease)
    await page.route(f"**/worker/v1/assignments/{STAGED}/**", act)


async def devtools(page: Page) -> CDPSession:
    return await page.context.new_cdp_session(page)
