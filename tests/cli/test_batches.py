"""Batches from the command line."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from humanwire.config import Settings
from humanwire.core.questions import Text
from humanwire.flows import accounts, batches
from humanwire.flows.ask import Wish, ask
from humanwire.flows.batches import BatchForm
from humanwire.store.records import Filing
from humanwire.wiring import open_ports

Call = Callable[..., Any]


@pytest.fixture
def monday(told: Call) -> str:
    """The id of a batch of two tasks, in a project that has a test batch as well."""
    told("projects", "create", "shop")

    async def fill() -> str:
        async with open_ports(Settings(database="sqlite:///humanwire.db")) as ports:
            project = await accounts.find_project(ports, "shop")
            key, _ = await accounts.create_key(ports, project, "live")
            number = project.number
            batch = await batches.create_batch(
                ports, number, "live", "heat", BatchForm("monday", "L", "For Ada.")
            )
            await batches.create_batch(ports, number, "test", "heat", BatchForm("staged"))
            wish = Wish(
                type="free-text",
                question=Text(instruction="What?"),
                body_json="{}",
                filing=Filing(batch=batch.id),
            )
            await ask(ports, key, "heat", [wish, wish])
            return batch.id

    return asyncio.run(fill())


def test_a_batch_is_listed_and_shown(told: Call, run: Call, monday: str) -> None:
    shown = told("batches", "show", "monday", "--project", "shop")
    assert told("batches", "show", monday, "--project", 1) == shown
    assert told("batches", "list", "--project", "shop") == {"batches": [shown]}
    assert (shown["label"], shown["description"], shown["total"]) == ("L", "For Ada.", 2)
    staged = told("batches", "list", "--project", "shop", "--mode", "test")
    assert [each["name"] for each in staged["batches"]] == ["staged"]
    text = run("batches", "show", "monday", "--project", "shop").stdout
    assert "pending        2" in text
    assert "monday" in run("batches", "list", "--project", "shop").stdout


def test_a_batch_is_paused_resumed_moved_ahead_and_closed(
    told: Call, refused: Call, monday: str
) -> None:
    for word, state in (("pause", "paused"), ("pause", "paused"), ("resume", "open")):
        shown = told("batches", word, "monday", "--project", "shop")
        assert (shown["state"], shown["counts"]["pending"]) == (state, 2)
    assert told("batches", "priority", monday, 9, "--project", "shop")["state"] == "open"
    assert told("batches", "close", "monday", "--project", "shop")["state"] == "closed"
    assert told("batches", "close", "monday", "--project", "shop")["state"] == "closed"
    for word in ("pause", "resume"):
        error = refused("batches", word, "monday", "--project", "shop")
        assert error["code"] == "already_ended"
    error = refused("batches", "priority", "monday", 11, "--project", "shop")
    assert error["field"] == "priority"
    error = refused("batches", "show", "tuesday", "--project", "shop")
    assert (error["code"], error["field"]) == ("not_found", "batch")
