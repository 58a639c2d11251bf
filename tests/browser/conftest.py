"""Chromium at the workspace of a real server, which is a process of its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize, expect, sync_playwright
from tests.browser.office import Office
from tests.browser.person import Person

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
# What is waited for comes at once on a machine that has nothing else to do; others take longer.
expect.set_options(timeout=20_000)

DESKTOP = ViewportSize(width=1280, height=800)
PHONE = ViewportSize(width=390, height=844)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each half of these files has a Chromium and a server, in one process of the run."""
    here = Path(__file__).parent
    files = sorted(here.glob("test_*.py"))
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            half = files.index(item.path) % 2
            item.add_marker(pytest.mark.xdist_group(f"browser-{half}"))
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="there is no Chromium on the path"))


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser. Its driver keeps a loop running, so it must end before other tests begin."""
    # A container's root has no sandbox and little shared memory.
    options = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def building(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with Office(tmp_path_factory.mktemp("office")) as office:
        yield office


@pytest.fixture
def office(building: Office) -> Iterator[Office]:
    """Where questions are asked; none is left open for the next test."""
    yield building
    building.clear()


@pytest.fixture
def person(chromium: Browser, office: Office) -> Iterator[Person]:
    """A worker at a desk, signed in; the page must not complain of anything."""
    # What a service worker hands out cannot be replaced or weighed from outside.
    context = chromium.new_context(viewport=DESKTOP, service_workers="block")
    with Person(context, office) as someone:
        yield someone


@pytest.fixture
def phone(chromium: Browser, office: Office) -> Iterator[Person]:
    """The same worker with a phone."""
    context = chromium.new_context(
        viewport=PHONE, has_touch=True, is_mobile=True, service_workers="block"
    )
    with Person(context, office) as someone:
        yield someone
