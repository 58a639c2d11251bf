"""A workflow is tried in the workspace before it is used."""

import json
from pathlib import Path

from playwright.sync_api import expect
from tests.browser.office import Office
from tests.browser.person import Person
from tests.browser.test_looks import violations
from tests.browser.test_marks import canvas, drag


def test_a_workflow_is_answered_checked_and_begun_anew(
    person: Person, office: Office, tmp_path: Path
) -> None:
    link = office.trial(office.workflow(tmp_path, tag="pets", kind="choice", labels=["cat", "dog"]))
    person.page.goto(link)
    person.sees("pets").press("2", "Enter")
    result = person.page.get_by_role("status").filter(has_text="would be stored as")
    expect(result.locator("pre")).to_contain_text('"dog"')
    assert violations(person.page) == []
    person.button("Begin anew").click()
    expect(result).to_have_count(0)
    expect(person.page.get_by_role("radio", name="dog")).not_to_be_checked()
    person.page.get_by_role("link", name="Back to work").click()
    person.idles()


def test_a_drawing_is_tried_on_a_picture_of_ours(
    person: Person, office: Office, tmp_path: Path
) -> None:
    question = {"shape": "rectangle"}
    link = office.trial(
        office.workflow(tmp_path, tag="boxes", kind="annotation", question=question)
    )
    person.page.goto(link)
    at = canvas(person.sees("boxes"), 800, 600)
    drag(person, at(100, 100), at(200, 150))
    person.button("Check the answer").click()
    told = person.page.locator("pre")
    expect(told).to_contain_text('"x2": 200')
    [box] = json.loads(told.inner_text())
    assert box == {"x": 100, "y": 100, "x2": 200, "y2": 150}


def test_what_is_not_there_says_so(person: Person, office: Office) -> None:
    person.forgives("404")
    person.page.goto(f"{office.origin}/work?project=1&try=nothing")
    person.sees("There is nothing to try")
    expect(person.page.get_by_role("alert")).to_contain_text("no workflow")
