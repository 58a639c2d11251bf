"""DataWow's images in the workspace: verdicts by criteria, and tags drawn in pixels."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ViewportSize, expect
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.office import Office
from tests.browser.person import Person
from tests.browser.test_looks import violations
from tests.browser.test_marks import canvas, drag

CRITERIA = "**Approve** whatever a child may see.\n\n* Decline nudity.\n* Ban violence.\n"


@pytest.fixture(autouse=True)
def tidy(office: Office) -> Iterator[None]:
    yield
    office.guide("")
    office.settle_in()


@pytest.mark.parametrize(
    ("path", "key", "verdict"),
    [
        ("images/closed_questions", "1", "approved"),
        ("images/closed_questions", "2", "declined"),
        ("images/closed_questions", "3", "ban"),
        ("prime/predictions", "3", "ban"),
    ],
)
def test_a_verdict_is_given_by_its_number(
    person: Person, office: Office, path: str, key: str, verdict: str
) -> None:
    office.guide(CRITERIA)
    image = office.send_image(path, data=office.picture())
    person.sees("Approve, decline or ban it.").press(key)
    expect(person.page.get_by_role("radio", name=verdict)).to_be_checked()
    expect(person.page.get_by_role("region", name="Criteria")).to_contain_text("Ban violence.")
    person.press("Enter")
    found = office.image(image)
    assert (found["answer"], found["status"]) == (verdict, "processed")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_criteria_stand_in_the_task(
    chromium: Browser, office: Office, size: ViewportSize
) -> None:
    office.guide(CRITERIA)
    office.send_image("images/closed_questions", instruction="Fit to print?", data=office.picture())
    context = chromium.new_context(viewport=size, service_workers="block")
    with Person(context, office) as person:
        person.sees("Fit to print?")
        criteria = person.page.get_by_role("region", name="Criteria")
        expect(criteria.get_by_role("listitem")).to_have_text(["Decline nudity.", "Ban violence."])
        assert violations(person.page) == []

        # Whoever has the guidelines open beside the task reads them there.
        person.press("g")
        expect(person.page.get_by_role("complementary", name="Guidelines")).to_be_visible()
        expect(criteria).to_have_count(0)
        person.press("g")
        expect(criteria).to_be_visible()


def test_other_questions_have_no_criteria(person: Person, office: Office) -> None:
    office.guide(CRITERIA)
    office.send_image(
        "images/choices", instruction="Which?", categories="a b", data=office.picture()
    )
    person.sees("Which?")
    expect(person.page.get_by_role("radio", name="a", exact=True)).to_be_visible()
    expect(person.page.get_by_role("region", name="Criteria")).to_have_count(0)


def test_tags_are_drawn_and_come_in_pixels(person: Person, office: Office) -> None:
    image = office.send_image(
        "images/photo_tags", instruction="Tag every house.", data=office.picture("street")
    )
    at = canvas(person.sees("Tag every house."), 800, 600)
    drag(person, at(100, 120), at(300, 200))
    person.page.keyboard.type("a house")
    person.press("Enter")
    drag(person, at(500, 400), at(620, 500))
    person.page.keyboard.type("a shed")
    person.press("Enter", "Enter")
    assert office.image(image)["answer"] == [
        {"tag": "a house", "x": 100, "y": 120, "w": 200, "h": 80},
        {"tag": "a shed", "x": 500, "y": 400, "w": 120, "h": 100},
    ]


def test_what_is_no_address_is_read(person: Person, office: Office) -> None:
    image = office.send_image("images/messages", instruction="Put it kindly.", data="You stink.")
    person.sees("Put it kindly.")
    expect(person.page.get_by_text("You stink.")).to_be_visible()
    person.page.get_by_role("textbox").fill("You could do with a bath.")
    person.submit()
    assert office.image(image)["answer"] == "You could do with a bath."
