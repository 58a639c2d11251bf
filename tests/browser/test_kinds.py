"""Each kind of question is answered by mouse and by keyboard, and the answer is what is stored."""

from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browser.office import PICTURES, Office
from tests.browser.person import Person

ANIMALS = ["cat", "dog", "fox"]


def choice(office: Office, **fields: object) -> str:
    return office.ask("multiple-choice", "Which animal?", choices=ANIMALS, **fields)


def test_a_choice_is_picked_with_the_mouse(person: Person, office: Office) -> None:
    request = choice(office, max_answers=1)
    person.sees("Which animal?").page.get_by_label("dog").click()
    person.submit()
    assert office.result(request)["response"] == ["dog"]
    person.idles()


def test_a_choice_is_picked_with_keys(person: Person, office: Office) -> None:
    request = choice(office, max_answers=1)
    person.sees("Which animal?").press("1", "3", "Enter")
    assert office.result(request)["response"] == ["fox"]


def test_several_choices_follow_the_rule_of_count(person: Person, office: Office) -> None:
    request = choice(office, min_answers=2, max_answers=2)
    person.sees("Which animal?")
    expect(person.page.get_by_text("Pick exactly 2")).to_be_visible()
    person.press("1", "Enter")
    expect(person.page.get_by_role("alert").filter(has_text="Pick at least 2.")).to_be_visible()
    person.press("2", "3", "Enter")
    expect(person.page.get_by_role("alert").filter(has_text="Pick at most 2.")).to_be_visible()
    assert office.status(request) == "pending"
    person.press("1", "Enter")
    assert office.result(request)["response"] == ["dog", "fox"]


def test_pictures_are_choices_too(person: Person, office: Office) -> None:
    pictures = [office.picture(name) for name in ("logo-loaf", "logo-wave", "logo-bolt")]
    request = office.ask(
        "multiple-choice", "Which is bread?", choices=pictures, choices_type="image", max_answers=1
    )
    person.sees("Which is bread?")
    images = person.page.locator("figure img")
    expect(images).to_have_count(3)
    for image in images.all():
        expect(image).to_have_js_property("complete", value=True)
        assert image.evaluate("image => image.naturalWidth") > 0
    # The picture itself picks; a button in its corner enlarges, and picks nothing.
    person.button("Choice 2: Enlarge").click()
    expect(person.page.get_by_role("dialog", name="Enlarged picture")).to_be_visible()
    person.press("Escape")
    expect(person.page.get_by_role("radio", checked=True)).to_have_count(0)
    box = images.first.bounding_box()
    assert box
    person.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(person.page.get_by_role("radio", name="Choice 1")).to_be_checked()
    person.submit()
    assert office.result(request)["response"] == [pictures[0]]


@pytest.mark.parametrize("kind", ["video", "audio", "website"])
def test_choices_of_any_other_type_can_be_told_apart(
    person: Person, office: Office, kind: str
) -> None:
    addresses = [f"{office.origin}/healthz?{number}" for number in (1, 2)]
    request = office.ask("multiple-choice", choices=addresses, choices_type=kind, max_answers=1)
    person.sees("What is it?")
    links = person.page.locator("figcaption a")
    assert [link.get_attribute("href") for link in links.all()] == addresses
    person.press("2", "Enter")
    assert office.result(request)["response"] == [addresses[1]]
    person.forgives("Failed to load resource")


def test_a_text_is_written_and_sent_by_keys_alone(person: Person, office: Office) -> None:
    request = office.ask("free-text", "Translate.", attachments=["hola mundo"])
    person.sees("Translate.").press("w")
    # Keys rest while typing: these letters are text.
    person.page.keyboard.type("skip & flag?\nhello world")
    person.press("Control+Enter")
    assert office.result(request)["response"] == "skip & flag?\nhello world"


def test_a_number_is_checked_as_it_is_typed(person: Person, office: Office) -> None:
    request = office.ask("free-text", "How many?", validation="number")
    person.sees("How many?").press("w").page.keyboard.type("twelve")
    expect(person.page.get_by_role("alert").filter(has_text="not a number")).to_be_visible()
    person.press("Enter")
    assert office.status(request) == "pending"
    person.press("Control+a").page.keyboard.type("12.5")
    expect(person.page.get_by_role("alert").filter(has_text="not a number")).to_have_count(0)
    person.press("Enter")
    assert office.result(request)["response"] == "12.5"


def test_an_address_is_checked(person: Person, office: Office) -> None:
    request = office.ask("free-text", "Where?", validation="url")
    field = person.sees("Where?").page.get_by_label("Your answer, a web address")
    field.fill("example.com")
    person.submit()
    expect(person.page.get_by_role("alert").filter(has_text="web address")).to_be_visible()
    field.fill("https://example.com/x")
    person.submit()
    assert office.result(request)["response"] == "https://example.com/x"


def test_a_rating_is_nothing_until_it_is_given(person: Person, office: Office) -> None:
    request = office.ask("rating", rating_min=0, rating_max=10)
    person.sees("What is it?").settle().submit()
    expect(person.page.get_by_role("alert").filter(has_text="Choose a rating")).to_be_visible()
    slider = person.page.get_by_role("slider")
    expect(slider).to_have_attribute("aria-valuetext", "not rated yet")
    # A click where the handle rests already is a rating as well.
    slider.click()
    person.submit()
    assert office.result(request)["response"] == 5


def test_a_rating_is_slid_to_the_end(person: Person, office: Office) -> None:
    request = office.ask("rating", rating_min=0, rating_max=100, rating_step=7)
    slider = person.sees("What is it?").page.get_by_role("slider")
    box = slider.bounding_box()
    assert box
    slider.click(position={"x": box["width"] - 3, "y": box["height"] / 2})
    # The maximum counts although it lies between two steps.
    expect(person.page.get_by_label("Rating as a number")).to_have_value("100")
    person.submit()
    assert office.result(request)["response"] == 100


def test_a_rating_is_given_by_arrows_and_by_digits(person: Person, office: Office) -> None:
    request = office.ask("rating", rating_min=0, rating_max=100, rating_step=5)
    number = person.sees("What is it?").page.get_by_label("Rating as a number")
    person.press("End", "ArrowLeft")
    expect(number).to_have_value("95")
    person.press("Home", "ArrowRight", "ArrowRight")
    expect(number).to_have_value("10")
    person.press("4", "2", "Enter")
    expect(person.page.get_by_role("alert").filter(has_text="in steps of 5")).to_be_visible()
    assert office.status(request) == "pending"
    person.press("Backspace", "5", "Enter")
    assert office.result(request)["response"] == 45


def test_a_file_is_uploaded(person: Person, office: Office) -> None:
    request = office.ask("image", "Bring a picture.")
    person.sees("Bring a picture.").page.get_by_test_id("file").set_input_files(
        PICTURES / "sun.svg"
    )
    preview = person.page.locator(".preview img")
    expect(preview).to_be_visible()
    assert preview.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    person.press("Enter")
    address = office.result(request)["response"]
    assert address.startswith(f"{office.origin}/media/")
    shown = person.page.request.get(address)
    assert shown.body() == (PICTURES / "sun.svg").read_bytes()


def test_a_file_of_another_type_is_refused_here(
    person: Person, office: Office, tmp_path: Path
) -> None:
    office.ask("image", "Bring a picture.")
    (tmp_path / "note.txt").write_text("no picture")
    person.sees("Bring a picture.").page.get_by_test_id("file").set_input_files(
        tmp_path / "note.txt"
    )
    expect(person.page.get_by_role("alert").filter(has_text="not a picture")).to_be_visible()


def test_a_picture_is_pasted(person: Person, office: Office) -> None:
    request = office.ask("image", "Bring a picture.")
    expect(person.sees("Bring a picture.").page.get_by_text("or paste one")).to_be_visible()
    person.page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(['<svg xmlns="http://www.w3.org/2000/svg"/>'], 'a.svg',
                { type: 'image/svg+xml' }));
            window.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data }));
        }"""
    )
    expect(person.page.locator(".preview")).to_be_visible()
    person.submit()
    assert office.result(request)["response"].startswith(f"{office.origin}/media/")


def test_a_medium_may_be_an_address(person: Person, office: Office) -> None:
    address = office.picture()
    request = office.ask("image", "Bring a picture.")
    person.sees("Bring a picture.").page.get_by_label("Or give its web address").fill(address)
    expect(person.page.locator(".preview img")).to_be_visible()
    person.submit()
    assert office.result(request)["response"] == address


def test_a_form_that_could_not_be_fetched_is_fetched_again(person: Person, office: Office) -> None:
    person.idles()
    person.forgives("net::ERR_FAILED")
    person.page.route("**/assets/media-kind-*.js", lambda route: route.abort())
    office.ask("image", "Bring a picture.")
    alert = person.sees("Bring a picture.").page.get_by_role("alert")
    expect(alert.filter(has_text="could not be fetched")).to_be_visible()
    person.page.unroute_all()
    person.button("Try again").click()
    expect(person.page.get_by_label("Or give its web address")).to_be_visible()
