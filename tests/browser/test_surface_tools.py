"""What can be done to shapes once they are drawn: many at a time, by vertex, face, and key."""

import pytest
from playwright.sync_api import Locator, expect
from tests.browser.office import Office
from tests.browser.person import Person
from tests.browser.sight import Place, Sight, ends, near, places, room
from tests.browser.test_tracking import HEIGHT, WIDTH, Object, answered

BOXES: list[tuple[Place, Place]] = [
    ((20, 20), (60, 50)),
    ((100, 30), (140, 70)),
    ((220, 100), (280, 160)),
]


def draw(person: Person, sight: Sight, *boxes: tuple[Place, Place]) -> None:
    for box in boxes:
        person.press("r")
        sight.drag(*box)
    person.press("Escape", "Escape")


def rows(person: Person) -> Locator:
    return person.page.locator("li button.track")


def chosen(person: Person, count: int) -> None:
    expect(person.page.locator("li.chosen")).to_have_count(count)


def sent(person: Person, office: Office, request: str) -> list[Object]:
    person.submit()
    return answered(office, request)


def test_what_a_marquee_takes_moves_together(person: Person, office: Office) -> None:
    request, sight = room(person, office)
    draw(person, sight, *BOXES)
    # Right to left; the third box is held in part only.
    sight.drag((250, 170), (5, 5))
    chosen(person, 2)
    sight.drag((40, 35), (70, 45))
    person.press("ArrowRight", "Shift+ArrowDown")
    first, second, third = sent(person, office, request)
    near(ends(first), (51, 40), (91, 70))
    near(ends(second), (131, 50), (171, 90))
    near(ends(third), *BOXES[2])


def test_shift_takes_one_more_and_many_are_held_by_the_edge_together(
    person: Person, office: Office
) -> None:
    request, sight = room(person, office)
    draw(person, sight, *BOXES)
    person.page.keyboard.down("Shift")
    sight.clicks((40, 35), (120, 50), (250, 130), (120, 50))
    person.page.keyboard.up("Shift")
    chosen(person, 2)
    sight.drag((250, 130), (318, 178))
    first, second, third = sent(person, office, request)
    near(ends(first), (60, 40), (100, 70))
    near(ends(second), *BOXES[1])
    near(ends(third), (260, 120), (WIDTH, HEIGHT))


def test_many_are_duplicated_and_deleted_in_one_step(person: Person, office: Office) -> None:
    request, sight = room(person, office)
    draw(person, sight, *BOXES)
    sight.stage.focus()
    person.press("Control+a")
    chosen(person, 3)
    person.press("Control+d")
    expect(rows(person)).to_have_count(6)
    chosen(person, 3)
    person.press("Delete")
    expect(rows(person)).to_have_count(3)
    person.press("Control+z", "Control+z", "Control+Shift+z")
    expect(rows(person)).to_have_count(6)
    shapes = sent(person, office, request)
    away = (0.02 * WIDTH, 0.02 * HEIGHT)
    for box, shape, copy in zip(BOXES, shapes[:3], shapes[3:], strict=True):
        near(ends(shape), *box)
        near(ends(copy), *((x + away[0], y + away[1]) for x, y in box))


def test_what_is_locked_stays(person: Person, office: Office) -> None:
    request, sight = room(person, office)
    draw(person, sight, *BOXES)
    sight.clicks((40, 35))
    person.press("l", "Delete", "Shift+ArrowRight", "Escape")
    sight.drag((40, 35), (90, 90))
    chosen(person, 0)
    # A press on it belongs to what lies below, here to a marquee.
    sight.drag((5, 5), (150, 75))
    chosen(person, 1)
    person.press("Shift+ArrowRight", "Escape")
    person.page.get_by_role("button", name="Lock Thing 1").click()
    sight.drag((40, 35), (50, 35))
    first, second, _ = sent(person, office, request)
    near(ends(first), (30, 20), (70, 50))
    near(ends(second), (110, 30), (150, 70))


def test_what_is_hidden_is_not_in_the_way_and_is_sent(person: Person, office: Office) -> None:
    request, sight = room(person, office)
    draw(person, sight, ((20, 20), (120, 100)), ((40, 40), (80, 80)))
    sight.clicks((60, 60))
    person.press("Shift+h", "Escape")
    sight.drag((60, 60), (70, 60))
    chosen(person, 1)
    person.press("Escape")
    hide = person.page.get_by_role("button", name="Hide Thing 2")
    expect(hide).to_have_attribute("aria-pressed", "true")
    hide.click()
    sight.drag((60, 60), (60, 70))
    first, second = sent(person, office, request)
    near(ends(first), (30, 20), (130, 100))
    near(ends(second), (40, 50), (80, 90))


def test_a_label_is_changed_and_the_order_too(person: Person, office: Office) -> None:
    request, sight = room(person, office, labels=["Cat", "Dog"])
    draw(person, sight, *BOXES)
    sight.clicks((40, 35))
    person.press("2")
    expect(rows(person).first).to_contain_text("Dog 1")
    person.press("]", "]", "]")
    expect(rows(person).last).to_contain_text("Dog 1")
    person.button("Send what is selected one step back").click()
    expect(rows(person).nth(1)).to_contain_text("Dog 1")
    person.press("Control+z", "Control+z", "Control+Shift+z")
    expect(rows(person).last).to_contain_text("Dog 1")
    shapes = sent(person, office, request)
    assert [shape["label"] for shape in shapes] == ["Cat", "Cat", "Dog"]
    near(ends(shapes[2]), *BOXES[0])


@pytest.mark.parametrize(("key", "least"), [("y", 3), ("t", 2)])
def test_vertices_are_put_in_and_taken_out(
    person: Person, office: Office, key: str, least: int
) -> None:
    request, sight = room(person, office)
    person.press(key)
    sight.clicks((40, 40), (140, 40), (140, 120))
    person.press("Enter")
    # By the handle in the middle of an edge, by a double click on it, and by keys alone.
    sight.drag((90, 40), (90, 20))
    person.page.mouse.dblclick(*sight.at(140, 64))
    handles = sight.stage.locator("[data-handle^=vertex]")
    expect(handles).to_have_count(5)
    inserts = sight.stage.locator("[data-handle^=insert]").count()
    person.press(*["Shift+v"] * inserts, "Shift+ArrowLeft", "ArrowDown")
    expect(handles).to_have_count(6)
    # The keys go on with the vertex that they put in, and undo takes their steps back.
    person.press("Control+z", "Control+z")
    expect(handles).to_have_count(5)
    person.press("Escape")
    sight.clicks((140, 64))
    person.press("Delete")
    expect(handles).to_have_count(4)
    sight.clicks((90, 20))
    person.press("Delete")
    # A vertex without which there would be no shape stays, and the shape with it.
    for needed in ((40, 40), (140, 40)):
        sight.clicks(needed)
        person.press("Delete")
    expect(handles).to_have_count(least)
    person.press("Escape", "Escape")
    (shape,) = sent(person, office, request)
    wanted: list[Place] = [(40, 40), (140, 40), (140, 120)]
    near(places(shape), *wanted[-least:])


def test_keys_take_out_vertices_and_leave_the_shape(person: Person, office: Office) -> None:
    request, sight = room(person, office)
    person.press("y")
    sight.clicks((40, 40), (140, 40), (180, 90), (140, 140), (40, 140))
    person.press("Enter")
    # The last vertex is followed by the one before it, not by the shape.
    sight.clicks((40, 140))
    person.press("Delete", "Delete", "Delete", "Delete")
    expect(sight.stage.locator("[data-handle^=vertex]")).to_have_count(3)
    person.press("Escape", "Escape")
    (shape,) = sent(person, office, request)
    near(places(shape), (40, 40), (140, 40), (180, 90))


def test_a_box_is_not_pressed_flat(person: Person, office: Office) -> None:
    request, sight = room(person, office)
    draw(person, sight, ((1, 40), (60, 80)))
    # The edge of the picture draws the right side to where the left one lies.
    sight.clicks((30, 60))
    sight.drag((60, 60), (30, 60), (1, 60))
    person.press("Escape")
    (shape,) = sent(person, office, request)
    (left, _), (right, _) = ends(shape)
    assert (left, right > 0) == (0, True)


def test_a_cuboid_is_shaped_face_by_face(person: Person, office: Office) -> None:
    request, sight = room(person, office)
    person.press("q")
    sight.drag((100, 60), (160, 120))
    sight.clicks((190, 100))
    # What the front's corner does the back's does too; the back has its own will.
    sight.drag((100, 60), (80, 50))
    # The back's bottom right corner was 20 above and 30 beside the front's.
    sight.drag((190, 100), (200, 110))
    # A face is taken by its middle, and the other one stays.
    sight.drag((120, 85), (110, 95))
    sight.drag((155, 70), (165, 60))
    person.press("Escape", "Escape")
    (shape,) = sent(person, office, request)
    front: list[Place] = [(70, 60), (150, 60), (150, 130), (70, 130)]
    back: list[Place] = [(120, 20), (210, 20), (210, 100), (120, 100)]
    near(places(shape), *front, *back)
    (note,) = shape["frames"].values()
    assert note["front"] == {"coordinates": ["p1", "p2", "p3", "p4"]}
    assert sorted(note["back"]["coordinates"]) == ["p5", "p6", "p7", "p8"]


def test_landmarks_are_named_one_after_another(person: Person, office: Office) -> None:
    points, edges = ["head", "hand", "foot"], [["head", "hand"], ["head", "foot"]]
    label = {"name": "Person", "shape": "landmark", "points": points, "edges": edges}
    request, sight = room(person, office, labels=[label])
    told = person.page.get_by_role("group", name="View and edits").get_by_role("status")
    person.press("m")
    for point, place in zip(points, ((100, 40), (140, 80), (100, 150)), strict=True):
        if point != "head":
            expect(told).to_contain_text(point)
        sight.clicks(place)
    expect(rows(person)).to_have_count(1)
    # One is moved by hand, another by keys.
    sight.drag((140, 80), (160, 70))
    person.press("v", "v", "v", "Shift+ArrowUp", "ArrowLeft", "Escape", "Escape")
    (shape,) = sent(person, office, request)
    near(places(shape), (100, 40), (160, 70), (99, 140))
    (note,) = shape["frames"].values()
    assert list(note["points"]) == points
    assert [point["label"] for point in note["points"].values()] == [1, 2, 3]
    assert [*note["edges"].values()] == edges


def test_the_edges_of_the_picture_draw_what_comes_near(person: Person, office: Office) -> None:
    request, sight = room(person, office)
    # Five pixels of the screen are near: nearly three of the frame.
    assert 1.5 < sight.scale < 4
    draw(person, sight, ((1.2, 1.2), (50, 50)))
    person.press("r")
    person.page.keyboard.down("Alt")
    sight.drag((80, 1.2), (120, 40))
    person.page.keyboard.up("Alt")
    draw(person, sight, ((200, 100), (240, 140)))
    sight.drag((220, 120), (299, 120))
    person.press("Escape")
    first, second, third = sent(person, office, request)
    assert ends(first)[0] == (0, 0)
    near(ends(second), (80, 1.2), (120, 40))
    assert ends(third)[1][0] == WIDTH
    near(ends(third), (280, 100), (320, 140))


def test_a_long_session_is_undone_and_done_again(person: Person, office: Office) -> None:
    request, sight = room(person, office)
    acts = 0
    for row in range(3):
        for column in range(6):
            x, y = 10 + 50 * column, 10 + 55 * row
            person.press("r")
            sight.drag((x, y), (x + 30, y + 30))
            person.press("ArrowRight")
            acts += 2
    person.press("Escape")
    sight.stage.focus()
    person.press("Control+a", "Shift+ArrowDown", "Control+d", "Delete")
    acts += 3
    undo, redo = (person.page.get_by_role("button", name=each) for each in ("Undo", "Redo"))
    for _ in range(acts):
        expect(undo).to_be_enabled()
        person.press("Control+z")
    expect(undo).to_be_disabled()
    expect(rows(person)).to_have_count(0)
    for _ in range(acts):
        expect(redo).to_be_enabled()
        person.press("Control+Shift+z")
    expect(redo).to_be_disabled()
    shapes = sent(person, office, request)
    assert len(shapes) == 18
    near(ends(shapes[0]), (11, 20), (41, 50))
    near(ends(shapes[17]), (261, 130), (291, 160))


def test_keys_move_by_pixels_and_stop_at_the_edge(person: Person, office: Office) -> None:
    request, sight = room(person, office)
    draw(person, sight, ((20, 20), (60, 50)), ((100, 100), (140, 140)))
    sight.clicks((40, 35))
    person.press(*["Shift+ArrowLeft"] * 4, "ArrowUp", "ArrowUp")
    person.press("Escape")
    sight.clicks((120, 120))
    # The second corner, then the middle of the lower side.
    person.press("v", "v", "ArrowRight", "Shift+ArrowUp", "v", "v", "v", "v", "v")
    person.press("ArrowDown", "ArrowDown", "ArrowRight", "Escape", "Escape")
    first, second = sent(person, office, request)
    near(ends(first), (0, 18), (40, 48))
    near(ends(second), (100, 90), (141, 142))


def test_what_is_given_up_or_overtaken_leaves_no_trace(person: Person, office: Office) -> None:
    request, sight = room(person, office)
    draw(person, sight, *BOXES)
    mouse = person.page.mouse
    # A box that is half drawn, and one that is being moved.
    person.press("r")
    sight.grasp((150, 100), (200, 150))
    person.press("Escape")
    mouse.up()
    person.press("Escape", "Escape")
    sight.grasp((40, 35), (90, 90))
    person.press("Escape")
    mouse.up()
    # What is undone under the hand does not come back by the hand.
    sight.grasp((250, 130), (200, 110))
    person.press("Control+z")
    mouse.move(*sight.at(190, 100))
    mouse.up()
    expect(rows(person)).to_have_count(2)
    first, second = sent(person, office, request)
    near(ends(first), *BOXES[0])
    near(ends(second), *BOXES[1])
