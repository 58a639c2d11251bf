"""A job of Playment's, from its pre-labels over somebody's hands to the callback."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.browser.office import Office
from tests.browser.person import Person
from tests.browser.test_tracking import (
    LABELS,
    Cutting,
    Object,
    car,
    film,
    found,
    is_corrected,
    name,
)

__all__ = ["film"]


@pytest.fixture
def told(office: Office) -> Iterator[Queue[Any]]:
    """What the program's own server is told when jobs end."""
    got: Queue[Any] = Queue()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.put(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002

    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        office.calls_back(f"http://127.0.0.1:{server.server_port}/jobs")
        yield got
        office.calls_back("")
        server.shutdown()


def test_a_job_is_corrected_and_called_back(
    person: Person, office: Office, film: list[Object], told: Queue[Any], tmp_path: Path
) -> None:
    form = {"tag": "cars", "kind": "tracking", "labels": LABELS, "instruction": "Follow them."}
    tag = office.workflow(tmp_path, **form)
    sent = found()
    data = {
        "video_data": {"frames": film},
        "maker_response": {"video_2d": {"data": {"annotations": sent}}},
    }
    job = {"reference_id": "drive 1", "tag": tag, "data": data}
    path = f"/v1/projects/{office.project}/jobs"
    made = office.call("POST", path, job)["data"]
    assert made["status"] == "PENDING"

    room = Cutting(person)
    person.press(*"d" * 12)
    room.is_at(13)
    room.drag((0.15, 0.35), (0.2, 0.4))
    expect(room.row("Car 1").get_by_text("changed")).to_be_visible()
    room.page.get_by_label("pose").select_option("standing")
    room.page.get_by_label("make").fill("Fiat")
    person.submit()

    (told_of,) = told.get(timeout=20)["jobs"]
    assert (told_of["job_id"], told_of["reference_id"]) == (made["job_id"], "drive 1")
    assert (told_of["status"], told_of["tag"]) == ("COMPLETED", "cars")
    result = told_of["result"]
    annotations = result["video_2d"]["data"]["annotations"]
    is_corrected(annotations[0], sent[0])
    assert annotations[1:] == sent[1:]
    assert annotations[0]["frames"][name(30)] == car(30)
    assert office.call("GET", f"{path}/{made['job_id']}")["data"]["result"] == result

    # The result is the next job's pre-label as it is; left alone, it comes back as it was.
    again = {"video_data": {"frames": film}, "maker_response": result}
    office.call("POST", path, job | {"reference_id": "drive 2", "data": again})
    Cutting(person)
    expect(person.page.get_by_text("changed")).to_have_count(0)
    person.settle().submit()
    (told_of,) = told.get(timeout=20)["jobs"]
    assert told_of["reference_id"] == "drive 2"
    assert json.dumps(told_of["result"]) == json.dumps(result)
