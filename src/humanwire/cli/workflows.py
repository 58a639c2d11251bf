"""`humanwire workflows`: the templates that a project's tasks name by their tags."""

from typing import Any, BinaryIO
from urllib.parse import urlencode

import click
import msgspec

from humanwire.cli import options
from humanwire.cli.console import Reply, details, table
from humanwire.cli.groups import Group
from humanwire.cli.stored import stored
from humanwire.core.errors import Invalid
from humanwire.core.times import iso
from humanwire.flows import accounts
from humanwire.flows import workflows as flows
from humanwire.flows.ports import Ports
from humanwire.http.admin_shapes import NewWorkflow, workflow_line

_workflow_argument = click.argument("workflow", metavar="TAG")
_labels = click.option("--labels", metavar="A,B", help="The labels, tags or choices to pick from.")
_file = click.option(
    "--file", type=click.File("rb"), metavar="FILE", help="The rest, as JSON; - is the input."
)


@click.group(cls=Group)
def workflows() -> None:
    """Create, list, show and change the templates that tasks are made from."""


@workflows.command()
@options.project_option
@click.option("--tag", metavar="T", help="What tasks call it.")
@click.option("--kind", metavar="K", help="The kind of question: tracking, choice, form …")
@_labels
@_file
@stored
async def create(ports: Ports, project: str, file: BinaryIO | None, **given: str | None) -> Reply:
    """Create a workflow; options come before what the file says."""
    owner = await accounts.find_project(ports, project)
    made = await flows.create_workflow(ports, owner, _fields(file, given))
    text = f"Tasks of project {owner.name!r} can have the tag {made.tag!r} now."
    return Reply(NewWorkflow.of(made), f"{details({'id': made.id, 'tag': made.tag})}\n\n{text}")


@workflows.command()
@_workflow_argument
@options.project_option
@_labels
@_file
@stored
async def update(
    ports: Ports, workflow: str, project: str, file: BinaryIO | None, **given: str | None
) -> Reply:
    """Change workflow TAG for tasks to come: those that were asked stay as they are."""
    owner = await accounts.find_project(ports, project)
    found = await flows.find_workflow(ports, owner, workflow)
    changed = await flows.change_workflow(ports, owner, found, _fields(file, given))
    text = f"Workflow {changed.tag!r} has version {changed.version} now."
    return Reply(workflow_line(changed), text)


@workflows.command(name="list")
@options.project_option
@stored
async def list_all(ports: Ports, project: str) -> Reply:
    """List a project's workflows."""
    owner = await accounts.find_project(ports, project)
    found = await ports.store.list_workflows(owner.number)
    rows = [(each.tag, each.kind, each.version, iso(each.created_at), each.id) for each in found]
    text = table(("TAG", "KIND", "VERSION", "SINCE", "ID"), rows)
    empty = "There is no workflow yet: humanwire workflows create --project P --tag T --kind K"
    return Reply({"workflows": [workflow_line(each) for each in found]}, text if found else empty)


@workflows.command()
@_workflow_argument
@options.project_option
@stored
async def show(ports: Ports, workflow: str, project: str) -> Reply:
    """Show workflow TAG, in the form that `create --file` takes."""
    owner = await accounts.find_project(ports, project)
    line = workflow_line(await flows.find_workflow(ports, owner, workflow))
    return Reply(line, msgspec.json.format(msgspec.json.encode(line), indent=2).decode())


@workflows.command(name="try")
@_workflow_argument
@options.project_option
@options.public_url
@click.option("--picture", "pictures", multiple=True, metavar="URL", help="To try it on.")
@stored
async def try_out(
    ports: Ports, workflow: str, project: str, pictures: tuple[str, ...], **_: object
) -> Reply:
    """Give the page on which workflow TAG can be tried, and nothing is stored."""
    owner = await accounts.find_project(ports, project)
    found = await flows.find_workflow(ports, owner, workflow)
    query = [("project", str(owner.number)), ("try", found.tag)]
    query += [("picture", picture) for picture in pictures]
    url = f"{ports.origin()}/work?{urlencode(query)}"
    text = f"{url}\n\nOpen it where you are signed in as a worker of {owner.name!r}."
    return Reply({"url": url}, text)


def _fields(file: BinaryIO | None, given: dict[str, str | None]) -> dict[str, Any]:
    try:
        fields = {} if file is None else msgspec.json.decode(file.read(), type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"The file is no JSON object: {error}.", field="file") from None
    labels = given.pop("labels")
    if labels is not None:
        fields["labels"] = [label.strip() for label in labels.split(",")]
    return fields | {name: value for name, value in given.items() if value is not None}
