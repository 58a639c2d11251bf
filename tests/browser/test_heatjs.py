"""The client for JavaScript in a page of another origin, as plain modules."""

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser
from tests.browser.office import Office

BUILT = Path(__file__).parents[2] / "clients/heatjs/dist/module"
ASK = """async ([url, key]) => {
  const { default: heat } = await import('./index.js');
  const client = heat(key, { url });
  const { id } = await client.requestFreeText({ instruction: 'Name a fruit' });
  const wrong = { instruction: "How old?", rating_step: 0 };
  const refused = await client.requestRating(wrong).catch((error) => error);
  await client.abortRequest(id);
  const { status } = await client.waitForRequest(id);
  return [status, refused.status, refused.code, refused.field];
}"""


class Quiet(SimpleHTTPRequestHandler):
    """Serves files, and says nothing about it."""

    def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002


@pytest.fixture
def shop() -> Iterator[str]:
    """Where a page of somebody else's has the client's modules; its address."""
    assert (BUILT / "index.js").exists(), "Build it first: make clients"
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(BUILT)))
    serving = Thread(target=server.serve_forever, daemon=True)
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    serving.join()


def test_a_page_asks_with_it(chromium: Browser, shop: str, tmp_path: Path) -> None:
    with Office(tmp_path, HUMANWIRE_CORS_ORIGIN=shop) as office:
        page = chromium.new_page()
        page.goto(f"{shop}/package.json")
        told = page.evaluate(ASK, [office.origin, office.key])
        page.close()
    assert told == ["aborted", 400, "invalid", "rating_step"]
