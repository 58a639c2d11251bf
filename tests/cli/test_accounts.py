"""Projects, keys and workers from the command line: what is printed, and what is refused."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]
POLICY = {"strategy": "majority", "min_agreements": 2, "max_crunchers": 3}


def test_a_project_prints_what_its_owner_needs(told: Call) -> None:
    made = told("projects", "create", "shop")
    assert set(made) == {"id", "name", "number", "webhook_secret"}
    assert (made["name"], made["number"]) == ("shop", 1)
    assert made["webhook_secret"].startswith("whsec_")
    for reference in ("shop", made["number"], made["id"]):
        assert told("projects", "secret", reference) == made


def test_a_key_and_a_worker_print_what_is_shown_once(told: Call) -> None:
    told("projects", "create", "shop")
    live = told("keys", "create", "--project", "shop")
    test = told("keys", "create", "--project", 1, "--test")
    assert set(live) == {"id", "key", "mode"}
    assert (live["mode"], live["key"][:5]) == ("live", "live_")
    assert (test["mode"], test["key"][:5]) == ("test", "test_")
    worker = told("workers", "create", "Ada", "--project", "shop")
    assert set(worker) == {"id", "name", "number", "token", "url"}
    assert worker["url"] == f"http://127.0.0.1:8080/in/{worker['token']}"
    away = told("workers", "create", "Ben", "--public-url", "https://people.example/")
    assert away["url"] == f"https://people.example/in/{away['token']}"


def test_settings_are_kept_and_an_empty_one_is_dropped(told: Call, tmp_path: Path) -> None:
    policy = tmp_path / "policy.json"
    policy.write_text(json.dumps(POLICY))
    told("projects", "create", "shop", "--consensus", policy, "--callback-url", "https://a.example")
    told("projects", "set", "shop", "--lease-seconds", "30", "--callback-url", "")
    shown = told("projects", "show", "shop")
    assert (shown["consensus"], shown["lease_seconds"]) == (POLICY, 30)
    assert shown["callback_url"] is None
    assert shown["counts"]["pending"] == 0


def test_a_secret_is_rotated_only_when_asked(told: Call) -> None:
    old = told("projects", "create", "shop")["webhook_secret"]
    assert told("projects", "secret", "shop")["webhook_secret"] == old
    new = told("projects", "secret", "shop", "--rotate")["webhook_secret"]
    assert new != old
    assert told("projects", "secret", "shop")["webhook_secret"] == new


def test_keys_are_listed_by_hint_and_end(told: Call) -> None:
    told("projects", "create", "shop")
    key = told("keys", "create", "--project", "shop")
    new = told("keys", "rotate", key["id"])
    told("keys", "revoke", new["id"])
    listed = told("keys", "list", "--project", "shop")["keys"]
    assert [line["id"] for line in listed] == [key["id"], new["id"]]
    assert all(line["expires_at"] for line in listed)
    assert key["key"] not in json.dumps(listed)


def test_workers_join_and_are_revoked(told: Call) -> None:
    for name in ("shop", "zoo"):
        told("projects", "create", name)
    told("workers", "create", "Ada", "--project", "shop")
    assert told("workers", "join", "Ada", "--project", "zoo")["projects"] == ["shop", "zoo"]
    assert told("workers", "invite", "Ada")["token"].startswith("wk_")
    told("workers", "revoke", "Ada")
    (line,) = told("workers", "list", "--project", "zoo")["workers"]
    assert line["revoked"] is True


@pytest.mark.parametrize(
    ("words", "code", "field"),
    [
        (("projects", "create", "shop"), "invalid", "name"),
        (("projects", "create", "x", "--rate", "0"), "invalid", "rate"),
        (("projects", "create", "x", "--rate", "fast"), "usage", "rate"),
        (("projects", "create", "x", "--prediction", "nudity"), "invalid", "prediction"),
        (("projects", "create", "x", "--consensus", "nowhere.json"), "usage", "consensus"),
        (("projects", "create"), "usage", "name"),
        (("projects", "show", "nothing"), "not_found", "project"),
        (("keys", "create"), "usage", "project"),
        (("keys", "revoke", "nothing"), "not_found", "key"),
        (("workers", "create", " "), "invalid", "name"),
        (("workers", "create", "Ada", "--project", "nothing"), "not_found", "project"),
        (("workers", "revoke", "nobody"), "not_found", "worker"),
        (("projects", "list", "--database", "mysql://x"), "invalid", "database"),
        (("projects", "list", "--database", "sqlite:////no/such/folder/x.db"), "unavailable", None),
        (("serve", "--workers", "2"), "invalid", "workers"),
        (("serve", "--allow-network", "everywhere"), "invalid", "allow_network"),
        (("serve", "--public-url", "people"), "invalid", "public_url"),
        (("serve", "--cors-origin", "https://a.example/"), "invalid", "cors_origin"),
        (("serve", "--port", "70000"), "usage", "port"),
        (("frobnicate",), "usage", None),
        (("projects", "list", "--colour"), "usage", None),
    ],
)
def test_what_is_refused_says_why_on_one_line(
    told: Call, refused: Call, words: tuple[str, ...], code: str, field: str | None
) -> None:
    told("projects", "create", "shop")
    error = refused(*words)
    assert (error["code"], error.get("field")) == (code, field)
    assert error["message"]


def test_people_are_told_without_json(run: Call) -> None:
    made = run("projects", "create", "shop")
    assert "humanwire keys create --project 'shop'" in made.stdout
    again = run("projects", "create", "shop")
    assert (again.exit_code, again.stdout) == (1, "")
    assert again.stderr == "Error: name: A project of this name exists.\n"
    assert run("projects", "list").stdout.splitlines()[0].split() == ["NUMBER", "NAME", "ID"]


def test_guidelines_come_from_a_file(told: Call, refused: Call, tmp_path: Path) -> None:
    file = tmp_path / "how-to.md"
    file.write_text("# Wie man markiert\n", encoding="utf-8")
    told("projects", "create", "shop", "--guidelines", file)
    assert told("projects", "show", "shop")["guidelines"] == "# Wie man markiert\n"
    told("projects", "set", "shop", "--guidelines", "")
    assert told("projects", "show", "shop")["guidelines"] is None
    file.write_bytes(b"\xff\xfe")
    for bad in (file, tmp_path / "none.md"):
        assert refused("projects", "set", "shop", "--guidelines", bad)["field"] == "guidelines"
