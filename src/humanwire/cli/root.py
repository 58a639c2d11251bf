"""The command `humanwire` itself: finds the command that is called, and reports its errors."""

import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from humanwire import __version__
from humanwire.cli import config_file, console
from humanwire.cli.groups import LazyGroup
from humanwire.core.errors import Refused

_INTERRUPTED = 130

_COMMANDS = {
    "serve": ("humanwire.cli.serve:serve", "Run the server."),
    "projects": ("humanwire.cli.projects:projects", "Create, change and list projects."),
    "keys": ("humanwire.cli.keys:keys", "Create and revoke the keys that programs ask with."),
    "workers": ("humanwire.cli.workers:workers", "Create and invite the people who answer."),
    "workflows": ("humanwire.cli.workflows:workflows", "Create the templates of tasks."),
    "batches": ("humanwire.cli.batches:batches", "Follow, pause and move ahead batches of tasks."),
    "credits": ("humanwire.cli.credits:credits", "Show, top up and limit projects' credits."),
    "operators": ("humanwire.cli.operators:operators", "Make another sign-in link for operators."),
    "models": ("humanwire.cli.models:models", "List, serve and evaluate models."),
    "ask": ("humanwire.cli.ask:ask", "Ask people a question, and wait for the answer."),
    "import": ("humanwire.cli.import_tasks:import_tasks", "Ask every line of a file."),
    "export": ("humanwire.cli.export:export_tasks", "Write down a project's tasks and answers."),
    "archive": ("humanwire.cli.archive:archive", "Move what ended long ago into a file."),
    "copy": ("humanwire.cli.copy:copy", "Copy everything into another database."),
    "backup": ("humanwire.cli.backup:backup", "Write everything into one file."),
    "restore": ("humanwire.cli.backup:restore", "Fill an empty database from a backup."),
    "doctor": ("humanwire.cli.doctor:doctor", "Check that everything is in order."),
    "migrate": ("humanwire.cli.migrate:migrate", "Bring the database up to this version."),
    "demo": ("humanwire.cli.demo:demo", "Watch a simulated crowd answer sample questions."),
    "bench": ("humanwire.bench.command:bench", "Measure the server against its floor."),
}


class Root(LazyGroup):
    """Turns whatever a command raises into one message and an exit status."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = "humanwire",
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: ARG002, FBT001, FBT002 - click's signature
        **extra: Any,
    ) -> Any:
        words = list(sys.argv[1:] if args is None else args)
        as_json = "--json" in words
        try:
            status = super().main(words, prog_name, complete_var, standalone_mode=False, **extra)
        except (Refused, click.ClickException) as error:
            status = console.report(error, as_json=as_json)
        except (click.Abort, KeyboardInterrupt):
            status = _INTERRUPTED
        except Exception as error:
            if not as_json:
                raise
            traceback.print_exc()
            status = console.report(click.ClickException(f"A fault of ours: {error}"), as_json=True)
        sys.exit(status if isinstance(status, int) else 0)


def _configure(ctx: click.Context, _: click.Parameter, path: Path | None) -> None:
    ctx.default_map = config_file.load(ctx, path)


@click.group(
    name="humanwire",
    cls=Root,
    commands_at=_COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Settings are options, HUMANWIRE_… variables, or a TOML file, in that order.",
)
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    envvar="HUMANWIRE_CONFIG",
    is_eager=True,
    expose_value=False,
    callback=_configure,
    help=f"A TOML file with settings.  [default: {config_file.DEFAULT_FILE}, if there is one]",
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def root() -> None:
    """Ask people over HTTP: programs ask, people answer in a browser, the answer comes back."""


def main() -> None:
    """Run the command line."""
    root(auto_envvar_prefix="HUMANWIRE")
