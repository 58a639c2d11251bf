"""A media question: the worker makes or finds a picture, a film or a recording."""

from collections.abc import Sequence
from typing import Literal, Self

from humanwire.core.errors import InvalidAnswer
from humanwire.core.json import Json
from humanwire.core.questions.base import Given, Question
from humanwire.core.questions.web_address import is_web_address
from humanwire.core.questions.wording import checked_text

MediaType = Literal["image", "video", "audio"]


class Media(Question, frozen=True, kw_only=True, tag="media"):
    """Give a picture, film or recording: the address of an upload, or any http(s) URL."""

    media: MediaType

    def checked(self) -> Self:
        return self

    def check(self, response: Json) -> Json:
        """Return the address as given, without white space around it."""
        address = checked_text(response)
        if not is_web_address(address):
            raise InvalidAnswer("The answer must be an http or https URL.", field="response")
        return address

    def agree(self, one: Given, other: Given) -> bool:
        return one.response == other.response

    def merge(self, group: Sequence[Given]) -> Json:
        return group[0].response

    def staged(self) -> Json:
        """Return the first attachment of the wanted type, else an address reserved for examples.

        Neither is an upload, so that this server never answers for media that do not exist.
        """
        for attachment in self.attachments:
            if attachment.type == self.media and is_web_address(attachment.value):
                return attachment.value
        return f"https://example.com/?staged={self.media}"
