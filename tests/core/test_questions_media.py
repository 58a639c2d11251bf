"""Media: an address is the answer."""

import pytest

from humanwire.core.errors import InvalidAnswer
from humanwire.core.ids import WorkerId
from humanwire.core.json import Json
from humanwire.core.questions import Attachment, Given, Media

PICTURE = Media(instruction="Draw a cat", media="image")


@pytest.mark.parametrize("response", ["", "cat.jpg", "data:image/png;base64,AA==", None, ["x"], 1])
def test_what_is_no_web_address_is_refused(response: Json):
    with pytest.raises(InvalidAnswer) as refusal:
        PICTURE.check(response)
    assert refusal.value.field == "response"


def test_an_address_comes_back_trimmed():
    assert PICTURE.check(" https://a.example/Cat.jpg ") == "https://a.example/Cat.jpg"


def test_only_equal_addresses_agree():
    one, same, other = (
        Given(WorkerId(worker), address)
        for worker, address in enumerate(
            ["https://a.example/1", "https://a.example/1", "http://b/"]
        )
    )
    assert PICTURE.agree(one, same)
    assert not PICTURE.agree(one, other)
    assert PICTURE.merge([one, same]) == "https://a.example/1"


def test_the_staged_answer_shows_an_attachment_of_the_wanted_type():
    sound = Attachment("audio", "https://a.example/meow.mp3")
    picture = Attachment("image", "https://a.example/cat.jpg")
    question = Media(instruction="", media="image", attachments=(sound, picture))
    assert question.staged() == "https://a.example/cat.jpg"
    assert PICTURE.staged() == "https://example.com/?staged=image"
