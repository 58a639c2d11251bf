"""What is written down about the client for Python is so: the protocol's examples, its README."""

import asyncio
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any, assert_type

import pytest
from tests.docs.pages import blocks
from tests.house import House, open_house

import k_sequencing
from k_sequencing import ChoiceImage, One, Result, Some, aio

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "clients/k-sequencing"
README = (PACKAGE / "README.md").read_text()

# Word for word, but that the first `param` names its URL, and `con` is `ks`.
SENDING = """\
import k_sequencing
param = {'instruction': 'face', 'categories': 'cat1 cat2 cat3', 'data': 'URL_IMAGE'}
ks = k_sequencing
result = ks.Choice('PROJECT KEY').create(params=param)
---
param = {'instruction': 'face', 'data': 'URL_IMAGE'}
ks = k_sequencing
result = ks.ClosedQuestion("PROJECT KEY").create(params=param)
---
param = {'instruction': 'face', 'data': 'URL_IMAGE'}
ks = k_sequencing
result = ks.Message("PROJECT KEY").create(params=param)
---
param = {'instruction': 'face', 'data': 'URL_IMAGE'}
ks = k_sequencing
result = ks.PhotoTag("PROJECT KEY").create(params=param)
---
param = {'instruction': 'face', 'data': 'URL_IMAGE'}
ks = k_sequencing
result = ks.Prediction("PROJECT KEY").create(params=param)
"""
READING = """\
ks = k_sequencing
result = ks.Choice('PROJECT KEY').list()
---
ks = k_sequencing
result = ks.Choice("PROJECT KEY").find_id("YOUR IMAGE ID")
---
ks = k_sequencing
result = ks.ClosedQuestion("PROJECT KEY").list()
---
ks = k_sequencing
result = ks.ClosedQuestion("PROJECT KEY").find_id("YOUR IMAGE ID")
---
ks = k_sequencing
result = ks.Message("PROJECT KEY").list()
---
ks = k_sequencing
result = ks.Message("PROJECT KEY").find_id("YOUR IMAGE ID")
---
ks = k_sequencing
result = ks.PhotoTag("PROJECT KEY").list()
---
ks = k_sequencing
result = ks.PhotoTag("PROJECT KEY").find_id("YOUR IMAGE ID")
---
ks = k_sequencing
result = ks.Prediction("PROJECT KEY").list()
---
ks = k_sequencing
result = ks.Prediction("PROJECT KEY").find_id("YOUR IMAGE ID")
"""
BREAK = "---\n"


async def run(script: str, origin: str, key: str, image: str = "") -> Any:
    """Run an example, and give what it calls `result`."""
    names: dict[str, Any] = {"k_sequencing": k_sequencing}
    script = script.replace("URL_IMAGE", "https://example.org/1.jpg")
    script = script.replace("PROJECT KEY", key).replace("YOUR IMAGE ID", image)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("K_SEQUENCING_URL", origin)
        environment.setenv("PROJECT_KEY", key)
        await asyncio.to_thread(exec, script, names)
    return names.get("result")


@pytest.fixture
async def house(tmp_path: Path):
    async with open_house(tmp_path / "house") as opened:
        yield opened


@pytest.mark.parametrize("script", SENDING.split(BREAK), ids=range(5))
async def test_each_example_of_sending_runs(house: House, script: str) -> None:
    result = await run(script, house.origin, house.key)
    assert (result.code, result.error_code, result.message) == (200, None, "success")
    assert result.meta == {"code": 200, "message": "success"}
    assert result.data["data"] == "https://example.org/1.jpg"
    assert result.data.get("categories", ["cat1", "cat2", "cat3"]) == ["cat1", "cat2", "cat3"]


@pytest.mark.parametrize("script", READING.split(BREAK), ids=range(10))
async def test_each_example_of_reading_runs(house: House, script: str) -> None:
    called = re.findall(r"ks\.\w+", script)[0]
    sent = next(each for each in SENDING.split(BREAK) if called in each)
    image = (await run(sent, house.origin, house.key)).data
    result = await run(script, house.origin, house.key, image["id"])
    assert result.code == 200
    assert result.data == ({"image": image} if "find_id" in script else {"images": [image]})


async def test_the_examples_of_the_readme_run(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    script = "\n".join(block.text for block in blocks(README, "python"))
    await run(script, house.origin, house.test_key)
    printed = capsys.readouterr().out
    assert " processed\n" in printed
    assert "401\nNot authenticated\n" in printed
    assert len(printed.splitlines()) == 6


def test_the_readme_shows_all_that_can_be_called() -> None:
    shown = {name for name in k_sequencing.__all__ if not name.endswith("Image")}
    shown -= {"Demographic", "Nudity", "Positions"}
    assert {name for name in shown if f"{name}" not in README} == set()
    assert set(aio.__all__) <= set(k_sequencing.__all__)


def test_types_say_what_comes_back() -> None:
    """What matters is that the type checker agrees."""
    images = k_sequencing.Choice("key", url="http://127.0.0.1")
    if 0:
        assert_type(images.create({}), Result[ChoiceImage])
        assert_type(images.list(page=1), Result[Some[ChoiceImage]])
        assert_type(images.find_id("7"), Result[One[ChoiceImage]])
        found = images.find_id("7").data
        assert found is not None
        assert_type(found["image"]["answer"], list[str])
    images.close()


def test_what_would_be_published_is_whole(tmp_path: Path) -> None:
    build = (sys.executable, "-m", "hatchling", "build", "-d", str(tmp_path))
    subprocess.run(build, cwd=PACKAGE, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("humanwire_k_sequencing-*.whl")
    (source,) = tmp_path.glob("humanwire_k_sequencing-*.tar.gz")
    modules = {path.name for path in (PACKAGE / "src/k_sequencing").glob("*.py")}
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
        metadata = packed.read(next(name for name in names if name.endswith("/METADATA"))).decode()
    assert {name.removeprefix("k_sequencing/") for name in names if "dist-info" not in name} == {
        *modules,
        "py.typed",
    }
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert "Name: humanwire-k-sequencing\n" in metadata
    assert "License-Expression: Apache-2.0\n" in metadata
    assert "# k_sequencing" in metadata
    with tarfile.open(source) as packed:
        assert any(name.endswith("/src/k_sequencing/py.typed") for name in packed.getnames())
    assert (PACKAGE / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()

    install = ("pip", "install", "--no-deps", "--no-index", "--quiet", "--target", "installed")
    subprocess.run(
        (sys.executable, "-m", *install, str(wheel)), cwd=tmp_path, check=True, capture_output=True
    )
    told = subprocess.run(
        (sys.executable, "-c", "import k_sequencing as k; print(k.__file__, k.__version__)"),
        cwd=tmp_path / "installed",
        env={"PYTHONPATH": str(tmp_path / "installed")},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert told.split() == [
        str(tmp_path / "installed/k_sequencing/__init__.py"),
        k_sequencing.__version__,
    ]
