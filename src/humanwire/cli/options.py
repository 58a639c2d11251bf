"""Options that several commands share. Each is also a variable, HUMANWIRE_ and its name."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from humanwire.config import DEFAULT_DATABASE

Command = TypeVar("Command", bound=Callable[..., Any])


def setting(name: str, **settings: Any) -> Callable[[Command], Command]:
    """Make an option that a HUMANWIRE_… variable sets too, whatever command it belongs to."""
    variable = "HUMANWIRE_" + name.removeprefix("--").replace("-", "_").upper()
    return click.option(name, envvar=variable, show_envvar=True, **settings)


database = setting(
    "--database",
    default=DEFAULT_DATABASE,
    show_default=True,
    metavar="URL",
    help="Where everything is stored.",
)
public_url = setting("--public-url", metavar="URL", help="What links begin with.")
model = setting(
    "--model",
    multiple=True,
    metavar="MODEL",
    help="A model to ask: an installed one's name, or NAME=ADDRESS.",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print one line of JSON.")
project_argument = click.argument("project", metavar="P")
project_option = click.option(
    "--project", required=True, metavar="P", help="A project's name, number or UUID."
)
worker_argument = click.argument("worker", metavar="W")
