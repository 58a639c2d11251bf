"""The dashboard and the alerts ask for what /metrics has."""

import asyncio
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.house import open_house

ROOT = Path(__file__).parents[2]
DASHBOARD = ROOT / "deploy/grafana/humanwire.json"
ALERTS = ROOT / "deploy/prometheus/alerts.yml"
METRIC = re.compile(r"\b((?:humanwire|process)_\w+)\b(?:\{([^}]*)\})?")
LABEL = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)")
GROUPED = re.compile(r"\bby \(([^)]*)\)")
ADDED = {"job", "instance"}
"""Labels that Prometheus adds."""


def queries() -> list[str]:
    dashboard: Any = json.loads(DASHBOARD.read_text())
    targets = (target for panel in dashboard["panels"] for target in panel.get("targets", ()))
    variables = dashboard["templating"]["list"]
    asked = [variable["definition"] for variable in variables if variable["type"] == "query"]
    return [*asked, *(target["expr"] for target in targets)]


def rules() -> list[str]:
    """The alerts' expressions: what stands behind `expr:`, and below it further to the right."""
    found = re.findall(r"^ +expr:(.*\n(?: {10}.*\n)*)", ALERTS.read_text(), re.MULTILINE)
    return [each.removeprefix(" |").strip() for each in found]


@pytest.fixture(scope="module")
def exposed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The names of all samples with their labels, once everything has happened."""

    async def read() -> dict[str, set[str]]:
        async with open_house(tmp_path_factory.mktemp("house")) as house:
            await house.ask(hook_url="http://127.0.0.1:9/")
            lease = await house.claim()
            await house.work(f"/assignments/{lease['id']}/answer", {"response": ["cat"]})
            while True:
                page = (await house.call("GET", "/metrics")).body.decode()
                if re.search(r"delivery_attempts_total\{.*retried.* 1", page):
                    break
                await asyncio.sleep(0.02)
        return {
            sample.name: set(sample.labels)
            for family in text_string_to_metric_families(page)
            for sample in family.samples
        } | {"up": set()}

    return asyncio.run(read())


@pytest.mark.parametrize("query", dict.fromkeys([*queries(), *rules()]))
def test_a_query_asks_for_what_is_there(query: str, exposed: dict[str, set[str]]) -> None:
    if not Path("/proc/self/stat").exists() and "process_" in query:
        pytest.skip("This system tells nothing of processes.")
    asked = METRIC.findall(query)
    assert asked or query.startswith("up{")
    there = set(ADDED)
    for name, selector in asked:
        assert name in exposed
        there |= exposed[name]
        assert set(LABEL.findall(selector)) <= exposed[name] | ADDED
    for group in GROUPED.findall(query):
        assert {label.strip() for label in group.split(",")} <= there


def test_every_metric_of_ours_is_on_the_dashboard(exposed: dict[str, set[str]]) -> None:
    shown = {name for query in queries() for name, _ in METRIC.findall(query)}
    aside = re.compile(r"_(sum|count|bucket)$")
    ours = {aside.sub("", name) for name in exposed if name.startswith("humanwire_")}
    assert ours - {aside.sub("", name) for name in shown} == set()


def test_panels_do_not_overlap() -> None:
    taken: set[tuple[int, int]] = set()
    dashboard: Any = json.loads(DASHBOARD.read_text())
    for panel in dashboard["panels"]:
        at = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not taken & cells, panel["title"]
        assert all(x < 24 for x, _ in cells), panel["title"]
        taken |= cells
    identifiers = [panel["id"] for panel in dashboard["panels"]]
    assert len(set(identifiers)) == len(identifiers)


def test_every_alert_has_been_looked_at() -> None:
    assert len(rules()) == ALERTS.read_text().count("- alert:") > 0


@pytest.mark.skipif(not shutil.which("promtool"), reason="There is no promtool here.")
def test_promtool_takes_the_alerts() -> None:
    subprocess.run(["promtool", "check", "rules", ALERTS], check=True, capture_output=True)
