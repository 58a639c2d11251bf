"""`humanwire projects`: create, change, show and list projects, and rotate their secrets."""

from collections.abc import Callable, Mapping
from typing import Any

import click
import msgspec

from humanwire.cli import options
from humanwire.cli.console import Reply, details, table
from humanwire.cli.groups import Group
from humanwire.cli.stored import stored
from humanwire.core.errors import Invalid
from humanwire.core.project import Project, ProjectSettings
from humanwire.flows import accounts
from humanwire.flows.panel import usable
from humanwire.flows.ports import Ports
from humanwire.flows.project_settings import changed, guidelines_in
from humanwire.http.admin_shapes import NewProject, project_detail, project_line

_SETTINGS = (
    click.option("--callback-url", metavar="URL", help="Where ended tasks are told of."),
    click.option("--callback-on", help="Which ends: completed, or ended (all of them)."),
    click.option("--price", type=float, help="What an answered task costs.  [default: 1]"),
    click.option("--credit-limit", type=float, help="Credits it may owe.  [default: no limit]"),
    click.option("--rate", type=float, help="Creating calls a second.  [default: no limit]"),
    click.option(
        "--consensus",
        type=click.File("rb"),
        help='A JSON file: {"strategy": "majority", "min_agreements": 2, "max_crunchers": 3}.',
    ),
    click.option(
        "--prediction",
        metavar="FLAVOUR",
        help="What predictions say: standard, or as the installed models can.",
    ),
    click.option("--lease-seconds", type=float, help="How long a worker may take."),
    click.option(
        "--retention-days", type=float, help="Delete ended tasks after so many days; 0: never."
    ),
    click.option("--flags-to-end", type=int, help="How many flags end a task.  [default: 1]"),
    click.option(
        "--guidelines",
        metavar="FILE",
        help="A Markdown file that workers read beside the tasks; - is the input.",
    ),
    click.option("--media-mode", help="How media reach workers: direct or encrypted."),
)


def settings_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add an option for each of a project's settings."""
    for option in reversed(_SETTINGS):
        command = option(command)
    return command


@click.group(cls=Group)
def projects() -> None:
    """Create, change and list projects: what belongs together, apart from all else."""


@projects.command()
@click.argument("name")
@settings_options
@stored
async def create(ports: Ports, name: str, **fields: object) -> Reply:
    """Create a project."""
    given = _given(fields)
    settings = usable(ports.panel, changed(ProjectSettings(), given), given)
    project = await accounts.create_project(ports, name, settings, guidelines_in(given))
    return _made(ports, project, f"Project {project.name!r} is ready. Next, a key to ask with:\n"
                 f"  humanwire keys create --project {project.name!r}")  # fmt: skip


@projects.command(name="set")
@options.project_argument
@settings_options
@click.option("--suspend/--resume", default=None, help="Refuse its keys, or take them again.")
@stored
async def change(ports: Ports, project: str, *, suspend: bool | None, **fields: object) -> Reply:
    """Change the settings of project P; an empty text gives one its default back."""
    found = await accounts.find_project(ports, project)
    given = _given(fields)
    new = msgspec.structs.replace(
        found,
        settings=usable(ports.panel, changed(found.settings, given), given),
        suspended=found.suspended if suspend is None else suspend,
    )
    await accounts.change_project(ports, new, guidelines_in(given))
    return _made(ports, new, f"Project {new.name!r} is changed.")


@projects.command()
@options.project_argument
@stored
async def show(ports: Ports, project: str) -> Reply:
    """Show project P: its settings, and how its tasks stand."""
    found = await accounts.find_project(ports, project)
    counts = await ports.store.project_counts(found.number)
    text = await ports.store.guidelines(found.number)
    data = project_detail(found, counts, text, ports.clock())
    tasks = ", ".join(f"{count} {state}" for state, count in msgspec.structs.asdict(counts).items())
    shown = msgspec.to_builtins(data) | {"counts": tasks}
    lines = {name.replace("_", " "): _plain(value) for name, value in shown.items()}
    return Reply(data, details(lines))


@projects.command(name="list")
@stored
async def list_all(ports: Ports) -> Reply:
    """List all projects."""
    found = await ports.store.list_projects()
    rows = [(each.number, each.name, each.id, "suspended" * each.suspended) for each in found]
    text = table(("NUMBER", "NAME", "ID", ""), rows)
    empty = "There is no project yet: humanwire projects create NAME"
    return Reply({"projects": [project_line(each) for each in found]}, text if found else empty)


@projects.command()
@options.project_argument
@click.option("--rotate", is_flag=True, help="Make a new one; the old one signs for a day more.")
@stored
async def secret(ports: Ports, project: str, *, rotate: bool) -> Reply:
    """Show the secret that project P's callbacks are signed with."""
    found = await accounts.find_project(ports, project)
    if rotate:
        found = await accounts.rotate_secret(ports, found)
    made = NewProject.of(found, ports.clock())
    return Reply(made, made.webhook_secret)


def _made(ports: Ports, project: Project, text: str) -> Reply:
    made = NewProject.of(project, ports.clock())
    lines = {"number": made.number, "id": made.id, "webhook secret": made.webhook_secret}
    return Reply(made, f"{details(lines)}\n\n{text}")


def _plain(value: object) -> object:
    return msgspec.json.encode(value).decode() if isinstance(value, dict) else value


def _given(fields: Mapping[str, Any]) -> dict[str, object]:
    given = {name: value for name, value in fields.items() if value is not None}
    if "consensus" in given:
        try:
            given["consensus"] = msgspec.json.decode(given["consensus"].read())
        except msgspec.DecodeError as error:
            raise Invalid(f"The file is no JSON: {error}.", field="consensus") from None
    if given.get("guidelines"):
        given["guidelines"] = _text_of(given["guidelines"])
    return {name: None if value == "" else value for name, value in given.items()}


def _text_of(path: str) -> str:
    try:
        with click.open_file(path, encoding="utf-8") as file:
            return file.read()
    except OSError as error:
        raise Invalid(f"It cannot be read: {error.strerror}.", field="guidelines") from None
    except UnicodeDecodeError:
        raise Invalid("The file is no UTF-8 text.", field="guidelines") from None
