"""The floor: the least that a durable server on this stack does for one request.

The same HTTP server with two bare routes. One parses the same body into the same typed model and
stores one row of the same size through the engine's own gathering writer; the other reads as many
rows of the same size as a page has. Run as a process of its own:
`python -m humanwire.bench.floor --port N --database FILE-OR-URL --model NAME --row-bytes N`.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import cast

import click
import msgspec
import uvicorn
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route, Router

from humanwire.bench.client import HOST
from humanwire.bench.floor_rows import Rows, opened
from humanwire.dialects.heat.wire import MultipleChoice
from humanwire.dialects.playment.v0.wire import FeedLine
from humanwire.http.protocol import Protocol
from humanwire.http.worker.routes import Submitted, Wanted
from humanwire.runtime import spare_collector
from humanwire.wire.surface import Json

MODELS: Mapping[str, object] = {
    "create": MultipleChoice,
    "feed-line": FeedLine,
    "claim": Wanted,
    "answer": Submitted,
    "bulk": list[MultipleChoice],
    "read": None,
}
"""What each scenario's body is parsed into; one that only reads has none."""

STOCK = 10_000
"""Rows that there are to be read."""
_PAGE = 1_000


class Floor:
    """The routes: POST / stores a row for each thing in the body, GET /rows reads some."""

    def __init__(self, model: object, row_bytes: int, rows: Rows) -> None:
        self._decode: Callable[[bytes], object] = msgspec.json.Decoder(model).decode
        self._content = "x" * row_bytes
        self._rows = rows
        self._place = 0

    def application(self) -> Router:
        """Make the application."""
        return Router(
            [
                Route("/", self._store, methods=["POST"]),
                Route("/", self._hello, methods=["GET"]),
                Route("/rows", self._read, methods=["GET"]),
            ]
        )

    async def stock(self) -> None:
        """Store what is to be read."""
        for _ in range(0, STOCK, _PAGE):
            await self._rows.add([self._content] * _PAGE)

    async def _store(self, request: Request) -> Response:
        parsed = self._decode(await request.body())
        count = len(cast("list[object]", parsed)) if isinstance(parsed, list) else 1
        return Json(msgspec.json.encode({"id": await self._rows.add([self._content] * count)}))

    async def _hello(self, _: Request) -> Response:
        return Json(b"{}")

    async def _read(self, request: Request) -> Response:
        """Give so many rows: at once as a page, or as lines for as long as the reader reads."""
        count = int(request.query_params["count"])
        if "lines" in request.query_params:
            return StreamingResponse(self._lines(count))
        return Json(b"[%s]" % b",".join(await self._page(count)))

    async def _lines(self, count: int) -> AsyncGenerator[bytes]:
        for start in range(0, count, _PAGE):
            page = await self._page(min(_PAGE, count - start))
            yield b"\n".join(page) + b"\n"
            await asyncio.sleep(0)

    async def _page(self, count: int) -> list[bytes]:
        if self._place + count > STOCK:
            self._place = 0
        after, self._place = self._place, self._place + count
        return [b'"%s"' % row.encode() for row in await self._rows.read(after, count)]


async def serve(port: int, database: str, model: str, row_bytes: int) -> None:
    """Serve until a signal comes."""
    async with opened(database) as rows:
        floor = Floor(MODELS[model], row_bytes, rows)
        if MODELS[model] is None:
            await floor.stock()
        config = uvicorn.Config(
            floor.application(),
            host=HOST,
            port=port,
            http=Protocol,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            backlog=4096,
            timeout_keep_alive=75,
        )
        spare_collector()
        await uvicorn.Server(config).serve()


@click.command()
@click.option("--port", type=int, required=True)
@click.option("--database", required=True)
@click.option("--model", type=click.Choice(list(MODELS)), required=True)
@click.option("--row-bytes", type=int, required=True)
def main(port: int, database: str, model: str, row_bytes: int) -> None:
    """Run the floor."""
    with asyncio.Runner(loop_factory=uvicorn.Config("", loop="auto").get_loop_factory()) as runner:
        runner.run(serve(port, database, model, row_bytes))


if __name__ == "__main__":
    main()
