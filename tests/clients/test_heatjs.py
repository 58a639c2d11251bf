"""The client for Node.js at a running server: its own tests, its package, and the examples."""

import asyncio
import json
import re
import tarfile
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from tests.clients.node import HEATJS, NPM, node
from tests.house import House, open_house

README = (HEATJS / "README.md").read_text()
SUITES = sorted(path.name for path in (HEATJS / "tests").glob("*.test.mjs"))
SNIPPETS = sorted((HEATJS / "tests/snippets").glob("*.js"))
KEY_IN_THE_DOCUMENT = "test_e53bbf19fdd077eda1cd933a54ebe987"
ID_IN_THE_DOCUMENT = "44647b6f-b033-4788-9ee2-9d7aa5cb0158"
TYPESCRIPT = HEATJS / "node_modules/typescript/bin/tsc"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[House]:
    async with open_house(tmp_path / "house") as opened:
        yield opened


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What would be published."""
    folder = tmp_path_factory.mktemp("archive")
    pack = ("pack", "--json", "--ignore-scripts", "--pack-destination", str(folder))
    packed = json.loads(asyncio.run(node(NPM, "--loglevel=error", *pack)))
    return folder / packed[0]["filename"]


@pytest.fixture(scope="module")
def program(archive: Path) -> Path:
    """A program's folder, with the package in it under its own name and under the old one."""
    folder = archive.parent / "program"
    folder.mkdir()
    (folder / "package.json").write_text('{"private": true}')
    names = (f"@humanwire/heatjs@file:{archive}", f"heatjs@file:{archive}")
    asyncio.run(node(NPM, "install", "--offline", "--no-audit", "--no-fund", *names, cwd=folder))
    return folder


def at(house: House) -> dict[str, str]:
    return {"HEAT_API_URL": house.origin, "HEAT_TEST_KEY": house.test_key}


@pytest.mark.parametrize("suite", SUITES)
async def test_its_own_tests(house: House, suite: str) -> None:
    given = {**at(house), "HEAT_LIVE_KEY": house.key, "HEAT_WORKER": house.worker}
    await node("--test", f"tests/{suite}", given=given)


def test_only_what_is_built_is_published(archive: Path) -> None:
    with tarfile.open(archive) as packed:
        names = {name.removeprefix("package/") for name in packed.getnames()}
    built = {path.relative_to(HEATJS).as_posix() for path in (HEATJS / "dist").rglob("*.*")}
    assert names == {"LICENSE", "README.md", "package.json"} | built
    assert (HEATJS / "LICENSE").read_bytes() == (HEATJS.parents[1] / "LICENSE").read_bytes()
    assert not json.loads((HEATJS / "package.json").read_text()).get("dependencies")


async def test_an_installed_package_is_imported_and_required(house: House, program: Path) -> None:
    ask = ".requestFreeText({instruction: 'Name a fruit'}).then(({status}) => console.log(status))"
    (program / "imports.mjs").write_text(
        f"import heat from '@humanwire/heatjs'; heat(process.env.HEAT_TEST_KEY){ask}"
    )
    (program / "requires.cjs").write_text(
        f"require('@humanwire/heatjs')(process.env.HEAT_TEST_KEY){ask}"
    )
    for name in ("imports.mjs", "requires.cjs"):
        assert await node(name, cwd=program, given=at(house)) == "complete\n"


@pytest.mark.parametrize("resolution", ["nodenext", "bundler"])
async def test_an_installed_package_has_its_types(program: Path, resolution: str) -> None:
    source = (HEATJS / "tests/types/imported.mts").read_text()
    (program / "imports.mts").write_text(source)
    module = "esnext" if resolution == "bundler" else resolution
    options = ("--noEmit", "--strict", "--target", "es2022", "--lib", "es2022,dom")
    flavour = ("--module", module, "--moduleResolution", resolution)
    await node(TYPESCRIPT, *options, *flavour, "imports.mts", cwd=program)


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda path: path.stem)
async def test_each_example_of_the_document_runs(
    house: House, program: Path, snippet: Path
) -> None:
    """Word for word, but for the key, the id of a request that never was, and what is done then."""
    task = await house.ask()
    key = house.test_key if snippet.stem.startswith("request-") else house.key
    if snippet.stem == "get-request-blocking":
        held = await house.claim()
        await house.work(f"/assignments/{held['id']}/answer", {"response": ["fox"]})
    script = snippet.read_text()
    assert KEY_IN_THE_DOCUMENT in script
    script = script.replace(KEY_IN_THE_DOCUMENT, key).replace(ID_IN_THE_DOCUMENT, task["id"])
    script = script.replace("// handle response here", "console.log(JSON.stringify(res));")
    (program / "snippet.js").write_text(script)

    reply = json.loads(await node("snippet.js", cwd=program, given=at(house)))

    match snippet.stem:
        case "abort-request":
            assert reply == {"success": True}
            assert (await house.read(task["id"]))["status"] == "aborted"
        case "get-request-blocking":
            assert reply["response"] == ["fox"]
        case "get-request" | "get-request-in-one-line":
            assert reply == task
        case _:
            assert (reply["status"], "response" in reply) == ("complete", True)
            assert f'"{reply["instruction"]}"' in script


@pytest.mark.parametrize("number", range(README.count("```js\n")))
async def test_each_example_of_the_readme_runs(house: House, program: Path, number: int) -> None:
    script = README.split("```js\n")[number + 1].partition("```")[0]
    (program / "readme.js").write_text(script)
    given = {**at(house), "HEAT_KEY": house.test_key}
    printed = await node("readme.js", cwd=program, given=given)
    comments = [line.partition("); // ")[2] for line in script.splitlines() if "); // " in line]
    assert printed.strip()
    assert all(comment in printed for comment in comments)


def test_each_method_stands_in_the_readme() -> None:
    table = (HEATJS / "src/heat.ts").read_text().partition("export interface Heat {")[2]
    methods = set(re.findall(r"^  (\w+)[:(<]", table.partition("\n}")[0], re.MULTILINE))
    assert len(methods) > 10
    assert {method for method in methods if f"`{method}" not in README} == set()
