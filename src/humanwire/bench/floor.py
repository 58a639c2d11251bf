"""The floor: the least that a durable server on this stack does for one request.

The same HTTP server with one bare route, which parses the same body into the same typed model and
stores one row of the same size through the same group-commit writer. Run as a process of its own:
`python -m humanwire.bench.floor --port N --database FILE --model NAME --row-bytes N`.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

import click
import msgspec
import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router

from humanwire.bench.client import HOST
from humanwire.dialects.heat.wire import MultipleChoice
from humanwire.http.protocol import Protocol
from humanwire.http.worker.routes import Submitted, Wanted
from humanwire.runtime import spare_collector
from humanwire.store.sqlite.writer import Writer, connect
from humanwire.wire.surface import Json

MODELS: Mapping[str, object] = {
    "create": MultipleChoice,
    "claim": Wanted,
    "answer": Submitted,
    "bulk": list[MultipleChoice],
}
"""What each scenario's body is parsed into."""

_TABLE = "CREATE TABLE IF NOT EXISTS floor (id INTEGER PRIMARY KEY, content TEXT NOT NULL) STRICT"
_INSERT = "INSERT INTO floor (content) VALUES (?)"


def application(model: object, row_bytes: int, writer: Writer) -> Router:
    """Make the application: POST stores a row for each thing in the body, GET says hello."""
    decode: Callable[[bytes], object] = msgspec.json.Decoder(model).decode
    content = "x" * row_bytes

    async def store(request: Request) -> Response:
        parsed = decode(await request.body())
        count = len(cast("list[object]", parsed)) if isinstance(parsed, list) else 1

        def operation(connection: sqlite3.Connection) -> int | None:
            last = None
            for _ in range(count):
                last = connection.execute(_INSERT, (content,)).lastrowid
            return last

        return Json(msgspec.json.encode({"id": await writer.write(operation)}))

    async def hello(_: Request) -> Response:
        return Json(b"{}")

    return Router([Route("/", store, methods=["POST"]), Route("/", hello, methods=["GET"])])


async def serve(port: int, database: Path, model: str, row_bytes: int) -> None:
    """Serve until a signal comes."""
    connection = connect(str(database))
    connection.execute(_TABLE)
    connection.close()
    writer = Writer(str(database))
    config = uvicorn.Config(
        application(MODELS[model], row_bytes, writer),
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
    await writer.close()


@click.command()
@click.option("--port", type=int, required=True)
@click.option("--database", type=click.Path(path_type=Path), required=True)
@click.option("--model", type=click.Choice(list(MODELS)), required=True)
@click.option("--row-bytes", type=int, required=True)
def main(port: int, database: Path, model: str, row_bytes: int) -> None:
    """Run the floor."""
    with asyncio.Runner(loop_factory=uvicorn.Config("", loop="auto").get_loop_factory()) as runner:
        runner.run(serve(port, database, model, row_bytes))


if __name__ == "__main__":
    main()
