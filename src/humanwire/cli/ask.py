"""`humanwire ask`: a question from the command line, on the database or to a running server."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import click
import msgspec

from humanwire.cli import options
from humanwire.cli.ask_here import ask_here
from humanwire.cli.ask_there import ask_there
from humanwire.cli.console import Reply, show
from humanwire.core.json import Json
from humanwire.core.questions.tracking import counts


@click.command()
@click.argument("kind", metavar="TYPE")
@click.option("--instruction", metavar="TEXT", help="What to ask, as a sentence.")
@click.option("--choice", "choices", multiple=True, metavar="TEXT", help="To choose from.")
@click.option("--attachment", "attachments", multiple=True, metavar="URL", help="What to look at.")
@click.option("--attachments-type", metavar="TYPE", help="text, image, video, audio or website.")
@click.option("--field", "fields", multiple=True, metavar="NAME=JSON", help="Any other field.")
@click.option("--wait", type=click.FloatRange(min=0), metavar="SECONDS", help="At most so long.")
@click.option("--project", metavar="P", help="On the database: the project that asks.")
@click.option(
    "--url",
    envvar="HUMANWIRE_URL",
    show_envvar=True,
    help="A server that runs elsewhere, with --key.",
)
@click.option(
    "--key", envvar="HUMANWIRE_KEY", show_envvar=True, help="The key to ask the server with."
)
@options.database
@options.as_json
def ask(
    *,
    kind: str,
    instruction: str | None,
    choices: tuple[str, ...],
    attachments: tuple[str, ...],
    attachments_type: str | None,
    fields: tuple[str, ...],
    wait: float | None,
    project: str | None,
    url: str | None,
    key: str | None,
    database: str,
    as_json: bool,
) -> None:
    """Ask people, wait for the answer, and print it.

    TYPE is multiple-choice, free-text, rating, image, video, audio, annotations, one of the
    annotations-with-… types, photo-tag, closed-question, form or tracking.

    \b
    humanwire ask multiple-choice --project shop --instruction "Which animal?"
      --choice cat --choice dog
    """  # noqa: D301 - click wants the character itself
    body: dict[str, object] = {
        "instruction": instruction,
        "choices": choices,
        "attachments": attachments,
        "attachments_type": attachments_type,
    }
    body = {name: value for name, value in body.items() if value} | dict(map(_field, fields))
    seconds = float("inf") if wait is None else wait

    def stored(identifier: str) -> None:
        if seconds:
            click.echo(
                f"Asked as {identifier}. Ctrl-C ends the waiting, not the request.", err=True
            )

    if url is not None:
        if key is None:
            raise click.UsageError("A server is asked with a --key.")
        asking: Awaitable[bytes] = ask_there(url, key, kind, body, seconds, stored)
    elif project is not None:
        asking = ask_here(database, project, kind, body, seconds, stored)
    else:
        raise click.UsageError("Say who asks: --project P, or --url URL with --key KEY.")
    found = msgspec.Raw(_run(asking))
    show(Reply(found, _answer(msgspec.json.decode(found))), as_json=as_json)


def _run(asking: Awaitable[bytes]) -> bytes:
    async def run() -> bytes:
        return await asking

    return asyncio.run(run())


def _field(text: str) -> tuple[str, object]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise click.BadParameter(f"{text!r} is not NAME=JSON.", param_hint="--field")
    try:
        return name, msgspec.json.decode(value)
    except msgspec.DecodeError:
        return name, value


def _answer(request: dict[str, Any]) -> str:
    match request["status"]:
        case "complete":
            return _plain(request["response"])
        case "flagged":
            return f"Flagged: {request['cruncher_feedback']}"
        case status:
            return f"Still {status}: {request['id']}" if status == "pending" else "Aborted."


def _plain(response: Json) -> str:
    match response:
        case None:
            return "No agreement."
        case {"annotations": list(trackers)}:
            frames, annotations = counts(response)
            return f"{len(trackers)} objects, {annotations} annotations in {frames} frames."
        case str():
            return response
        case [*items] if all(isinstance(item, str) for item in items):
            return "\n".join(map(str, items))
        case _:
            return msgspec.json.encode(response).decode()
