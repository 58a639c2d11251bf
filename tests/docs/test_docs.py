"""The reference pages against the program: nothing is missing from them, and nothing is made up."""

import json
import pkgutil
import re
import shlex
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

import click
import pytest
from tests.docs.pages import (
    PAGES,
    ROOT,
    Block,
    all_blocks,
    anchors,
    commands,
    links,
    read,
    rows,
    section,
)
from tests.house import open_house

import humanwire
from humanwire.cli import config_file
from humanwire.cli.root import root
from humanwire.cli.serve import serve
from humanwire.config import Settings
from humanwire.core.errors import Refused
from humanwire.core.project import ProjectSettings
from humanwire.core.questions import AnyQuestion
from humanwire.dialects.datawow import datawow_openapi
from humanwire.dialects.heat import heat_openapi
from humanwire.dialects.heat.errors import PENDING, Pending
from humanwire.dialects.heat.wire import BODIES, Confidence
from humanwire.dialects.playment import playment_openapi
from humanwire.http.openapi import openapi
from humanwire.wire.errors import STATUS

REFERENCE = sorted((ROOT / "docs/reference").glob("*.md"))
COMMAND_LINE, ERRORS, METRICS, REQUESTS, SETTINGS, WORKERS, OPERATORS = (
    read(f"docs/reference/{name}.md")
    for name in (
        *("command-line", "errors", "metrics", "requests"),
        *("settings", "worker-api", "operator-api"),
    )
)
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
ROUTE = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE) (/[\w/{}.-]*)")
NOT_DESCRIBED = {
    "POST /v1/requests/{type}",
    "GET /media/{id}",
    "GET /healthz",
    "GET /readyz",
    "GET /metrics",
}
"""Addresses that exist, but not under this name in the OpenAPI document."""


def leaves(command: click.Command, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Lists every command that is no group, with the words that call it."""
    if not isinstance(command, click.Group):
        yield path, command
        return
    with click.Context(command) as ctx:
        for name in command.list_commands(ctx):
            below = command.get_command(ctx, name)
            assert below is not None
            yield from leaves(below, *path, name)


def options_of(command: click.Command) -> set[str]:
    return {
        name
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for name in (*parameter.opts, *parameter.secondary_opts)
        if name.startswith("--")
    }


COMMANDS = dict(leaves(root))


def refusals(kind: type[Refused] = Refused) -> Iterator[type[Refused]]:
    yield kind
    for below in kind.__subclasses__():
        yield from refusals(below)


@pytest.fixture(scope="module")
def refused() -> set[type[Refused]]:
    for module in pkgutil.walk_packages(humanwire.__path__, "humanwire."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    return {kind for kind in refusals() if kind.__module__.startswith("humanwire.")}


@pytest.fixture(scope="module")
def described() -> set[str]:
    """Lists the addresses of the OpenAPI document, each with its method."""
    others = {"Playment": playment_openapi(), "DataWow": datawow_openapi()}
    paths: Any = openapi(heat_openapi(), others)["paths"]
    return {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_each_command_stands_there_with_its_options(path: tuple[str, ...]) -> None:
    assert f"`humanwire {' '.join(path)}" in COMMAND_LINE
    general = COMMAND_LINE.partition("\n## ")[0]
    said = OPTION.findall(general + section(COMMAND_LINE, path[0]))
    assert options_of(COMMANDS[path]) - set(said) == set()


def test_no_option_is_made_up() -> None:
    real = {"--help", "--version"} | options_of(root)
    real |= {name for command in COMMANDS.values() for name in options_of(command)}
    assert set(OPTION.findall(COMMAND_LINE + SETTINGS)) - real == set()


def test_each_error_code_stands_there(refused: set[type[Refused]]) -> None:
    assert {kind.code for kind in refused if f"`{kind.code}`" not in ERRORS} == set()


def test_error_codes_have_their_status(refused: set[type[Refused]]) -> None:
    table = {row[0].strip("`"): row[1] for row in rows(ERRORS)[2:]}
    assert set(table) <= {kind.code for kind in refused}
    for kind, status in {**STATUS, Pending: PENDING}.items():
        assert str(status) in table[kind.code], kind


def test_each_setting_stands_there_with_variable_and_default() -> None:
    table = {name: row for row in rows(SETTINGS) for name in OPTION.findall(row[0])}
    for option in (each for each in serve.params if isinstance(each, click.Option)):
        if option.name == "as_json":
            continue
        row = table[option.opts[0]]
        assert f"`{option.envvar}`" in row[1]
        if not option.multiple and option.default not in (None, ()) and option.show_default:
            assert row[2] == f"`{option.default}`", row


async def test_each_metric_stands_there_and_no_other(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        page = (await house.call("GET", "/metrics")).body.decode()
    real = dict(re.findall(r"^# TYPE (\S+) (\S+)$", page, re.MULTILINE))
    said = {row[0].strip("`"): row[1] for row in rows(METRICS)[2:]}
    if not Path("/proc/self/stat").exists():
        said = {name: kind for name, kind in said.items() if not name.startswith("process_")}
    assert said == real


def test_no_setting_is_without_an_option_but_the_one_that_says_so() -> None:
    options = {parameter.name for parameter in serve.params}
    options |= {"addresses", "cors_origins"}  # made of --allow-network and --cors-origin
    assert set(Settings.__struct_fields__) - options == {"block_seconds"}
    assert f"The longest `block`, {Settings().block_seconds:.0f} seconds, is not" in SETTINGS


@pytest.mark.parametrize("name", BODIES)
def test_each_type_of_request_stands_there_with_its_fields(name: str) -> None:
    assert f"`POST /v1/requests/{name}`" in REQUESTS
    assert [field for field in BODIES[name].__struct_fields__ if f"`{field}`" not in REQUESTS] == []


def test_ways_to_agree_and_kinds_stand_there() -> None:
    strategies = get_args(Confidence.__annotations__["strategy"])
    for name in (*strategies, *Confidence.__struct_fields__):
        assert f"`{name}`" in REQUESTS, name
    for question in get_args(AnyQuestion):
        kind = question.__struct_config__.tag
        assert f"Kind `{kind}`" in REQUESTS
        if not question.by_people:
            continue
        (row,) = (row for row in rows(WORKERS) if row[0] == f"`{kind}`" and "`{" in row[-1])
        own = set(question.__struct_fields__) - {"instruction", "attachments"}
        assert {field for field in own if f"`{field}`" not in row[1]} == set()


def test_settings_of_a_project_stand_there() -> None:
    fields = ProjectSettings.__struct_fields__
    assert [name for name in fields if f"`{name}`" not in OPERATORS] == []


def test_each_route_stands_on_a_reference_page(described: set[str]) -> None:
    said = "\n".join(page.read_text(encoding="utf-8") for page in REFERENCE)
    assert {route for route in described if f"{route}`" not in said} == set()


def test_no_route_is_made_up(described: set[str]) -> None:
    assert NOT_DESCRIBED & described == set()
    for page in PAGES:
        said = {" ".join(match) for match in ROUTE.findall(page.read_text(encoding="utf-8"))}
        assert said - described - NOT_DESCRIBED == set(), page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for link in links(page.read_text(encoding="utf-8")):
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target.read_text(encoding="utf-8")), link


def test_each_page_is_linked_to() -> None:
    linked = {
        (page.parent / link.partition("#")[0]).resolve()
        for page in PAGES
        for link in links(page.read_text(encoding="utf-8"))
    }
    docs = {page for page in PAGES if page.is_relative_to(ROOT / "docs")}
    assert {page for page in docs if not linked & {page, page.parent}} == set()


@pytest.mark.parametrize("block", all_blocks("json"), ids=lambda block: block.place)
def test_json_is_json(block: Block) -> None:
    json.loads(block.text)


@pytest.mark.parametrize("block", all_blocks("toml"), ids=lambda block: block.place)
def test_settings_files_are_taken(block: Block, tmp_path: Path) -> None:
    file = tmp_path / "humanwire.toml"
    file.write_text(block.text, encoding="utf-8")
    loaded = config_file.load(click.Context(root), file)
    assert set(loaded) == set(tomllib.loads(block.text))


def calls(block: Block) -> Iterator[list[str]]:
    """Lists the words of each call of the program in a console block."""
    script = commands(block).replace("\\\n", " ")
    for line in script.splitlines():
        called = re.search(r"(?:^|\$\()(?:\S*/)?humanwire (?P<words>[^|)]*)", line)
        if called:
            yield shlex.split(called["words"], comments=True)


@pytest.mark.parametrize("block", all_blocks("console"), ids=lambda block: block.place)
def test_calls_of_the_program_are_understood(
    block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("fullchain.pem", "privkey.pem", "majority.json", "questions.ndjson"):
        (tmp_path / name).touch()
    for words in calls(block):
        path = (words[0],) if (words[0],) in COMMANDS else (words[0], words[1])
        with COMMANDS[path].make_context(path[-1], words[len(path) :]) as ctx:
            assert ctx.params
