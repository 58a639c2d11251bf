"""Workflows from the command line: templates are made, shown, changed and refused."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]
FULL = {
    "tag": "cars",
    "kind": "tracking",
    "instruction": "Follow **every** car.",
    "question": {"shapes": ["rectangle", "landmark"], "iou": 0.5},
    "labels": [
        {
            "name": "car",
            "shape": "rectangle",
            "color": "#ff0000",
            "attributes": [
                {"name": "parked", "type": "single", "choices": ["yes", "no"], "per": "tracker"}
            ],
        },
        {
            "name": "person",
            "shape": "landmark",
            "points": ["head", "hip"],
            "edges": [["head", "hip"]],
        },
    ],
    "consensus": {"strategy": "majority", "min_agreements": 2, "max_crunchers": 3},
    "lease_seconds": 0.5,
    "result_key": "tracks",
}


@pytest.fixture(autouse=True)
def shop(told: Call) -> None:
    told("projects", "create", "shop")


def test_a_workflow_prints_its_id_and_tag(told: Call) -> None:
    made = told(
        *("workflows", "create", "--project", "shop", "--tag", "pets"),
        *("--kind", "choice", "--labels", "cat, dog"),
    )

    assert set(made) == {"id", "tag"}
    shown = told("workflows", "show", "pets", "--project", "shop")
    assert shown == told("workflows", "show", made["id"], "--project", 1)
    assert (shown["version"], shown["labels"]) == (1, ["cat", "dog"])
    assert (shown["question"]["max"], shown["result_key"]) == (1, "response")


def test_all_that_a_file_says_is_kept_and_what_is_shown_can_be_sent_again(
    told: Call, tmp_path: Path
) -> None:
    worker = told("workers", "create", "Ada", "--project", "shop")
    form = tmp_path / "workflow.json"
    form.write_text(json.dumps(FULL | {"workers": [worker["number"]]}))
    told("workflows", "create", "--project", "shop", "--file", form)

    shown = told("workflows", "show", "cars", "--project", "shop")

    assert shown["workers"] == [worker["number"]]
    for name in ("tag", "kind", "instruction", "consensus", "lease_seconds", "result_key"):
        assert shown[name] == FULL[name], name
    assert shown["question"].items() >= {"shapes": ["rectangle", "landmark"], "iou": 0.5}.items()
    assert shown["labels"][0]["attributes"][0]["per"] == "tracker"
    assert shown["labels"][1]["edges"] == [["head", "hip"]]
    form.write_text(json.dumps(shown))
    again = told("workflows", "update", "cars", "--project", "shop", "--file", form)
    assert again | {"version": 1, "created_at": ""} == shown | {"created_at": ""}


def test_a_change_is_a_version_and_leaves_the_rest(told: Call, tmp_path: Path) -> None:
    create = ("workflows", "create", "--project", "shop", "--kind", "photo-tag")
    told(*create, "--tag", "shoes", "--labels", "left,right")
    told(*create, "--tag", "hats")
    form = tmp_path / "change.json"
    form.write_text('{"instruction": "Tag the shoes.", "lease_seconds": 60}')
    told("workflows", "update", "shoes", "--project", "shop", "--file", form)
    form.write_text('{"lease_seconds": null}')
    changed = told("workflows", "update", "shoes", "--project", "shop", "--file", form)

    assert (changed["version"], changed["lease_seconds"]) == (3, None)
    assert (changed["instruction"], changed["labels"]) == ("Tag the shoes.", ["left", "right"])
    listed = told("workflows", "list", "--project", "shop")["workflows"]
    assert [(each["tag"], each["version"]) for each in listed] == [("hats", 1), ("shoes", 3)]
    assert listed[1] == changed


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"tag": ""}, "tag"),
        ({"tag": "x" * 201}, "tag"),
        ({"tag": "a\nb"}, "tag"),
        ({"tag": None}, "tag"),
        ({"tag": "taken"}, "tag"),
        ({"kind": "poem"}, "kind"),
        ({"colour": "red"}, "colour"),
        ({"instruction": 5}, "instruction"),
        ({"question": []}, "question"),
        ({"question": {"iou": 2}}, "question.iou"),
        ({"question": {"iou": "much"}}, "question.iou"),
        ({"question": {"frames": []}}, "question.frames"),
        ({"question": {"shapes": ["circle"]}}, "question.shapes[0]"),
        ({"question": {"labels": ["a"]}}, "labels"),
        ({"labels": "car"}, "labels"),
        ({"labels": ["car", "car"]}, "labels[1].name"),
        ({"labels": [{"shape": "rectangle"}]}, "labels[0].name"),
        ({"labels": [{"name": "car", "color": "red"}]}, "labels[0].color"),
        ({"labels": ["car", 5]}, "labels[1]"),
        ({"kind": "text"}, "labels"),
        ({"kind": "choice", "labels": []}, "labels"),
        ({"kind": "choice", "labels": None}, "labels"),
        ({"kind": "form", "labels": None, "question": {"fields": []}}, "question.fields"),
        ({"kind": "rating", "labels": None, "question": {"min": 5, "max": 1}}, "question.min"),
        ({"consensus": {"strategy": "dice"}}, "consensus.strategy"),
        ({"consensus": {"strategy": "collect", "answers": 0}}, "consensus.answers"),
        ({"models": {"audit": 2}}, "models.audit"),
        ({"models": {"use": "last"}}, "models.use"),
        ({"models": {"error": 0.1, "audit": 0}}, "models.audit"),
        ({"models": {"model": "sorter"}}, "models"),
        ({"lease_seconds": 0}, "lease_seconds"),
        ({"lease_seconds": "long"}, "lease_seconds"),
        ({"workers": []}, "workers"),
        ({"workers": [7]}, "workers[0]"),
        ({"workers": "all"}, "workers"),
        ({"result_key": " "}, "result_key"),
    ],
)
def test_a_fault_is_named_and_nothing_is_stored(
    told: Call, refused: Call, tmp_path: Path, form: dict[str, object], field: str
) -> None:
    told("workflows", "create", "--project", "shop", "--tag", "taken", "--kind", "text")
    good = {"tag": "cars", "kind": "tracking", "labels": ["car"]}
    bad = {name: value for name, value in (good | form).items() if value is not None}
    file = tmp_path / "workflow.json"
    file.write_text(json.dumps(bad))

    error = refused("workflows", "create", "--project", "shop", "--file", file)

    assert (error["code"], error["field"]) == ("invalid", field), error
    assert len(told("workflows", "list", "--project", "shop")["workflows"]) == 1


def test_what_is_not_there_cannot_be_shown_or_changed(
    told: Call, refused: Call, tmp_path: Path
) -> None:
    told("workflows", "create", "--project", "shop", "--tag", "pets", "--kind", "text")
    file = tmp_path / "workflow.json"
    file.write_text('{"tag": "cats"}')
    for words, code, field in [
        (("show", "cars"), "not_found", "workflow"),
        (("update", "cars"), "not_found", "workflow"),
        (("update", "pets", "--file", file), "invalid", "tag"),
    ]:
        error = refused("workflows", *words, "--project", "shop")
        assert (error["code"], error["field"]) == (code, field)
    file.write_text("[]")
    error = refused("workflows", "update", "pets", "--project", "shop", "--file", file)
    assert error["field"] == "file"
