"""A text: words, a number or an address that the worker types."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal, Self

from humanwire.core.errors import InvalidAnswer
from humanwire.core.json import Json
from humanwire.core.questions.base import Given, Question
from humanwire.core.questions.web_address import is_web_address, normal_web_address
from humanwire.core.questions.wording import checked_text, folded

Validation = Literal["none", "number", "url"]

# Nine digits of exponent keep every number within Decimal's exact range.
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?")
_STAGED = {
    "none": "staged response",
    "number": "42",
    "url": "https://example.com/?staged=response",
}


class Text(Question, frozen=True, kw_only=True, tag="text"):
    """Type a text: any (`none`), a decimal `number`, or an http(s) `url`."""

    validation: Validation = "none"

    def checked(self) -> Self:
        return self

    def check(self, response: Json) -> Json:
        """Return the text as typed, without the white space around it."""
        text = checked_text(response)
        if self.validation == "number" and not _NUMBER.fullmatch(text):
            raise InvalidAnswer("The answer must be a decimal number.", field="response")
        if self.validation == "url" and not is_web_address(text):
            raise InvalidAnswer("The answer must be an http or https URL.", field="response")
        return text

    def agree(self, one: Given, other: Given) -> bool:
        """Tell whether both mean the same words, the same value or the same address."""
        return self._meaning(str(one.response)) == self._meaning(str(other.response))

    def merge(self, group: Sequence[Given]) -> Json:
        """Return the earliest wording."""
        return group[0].response

    def staged(self) -> Json:
        return _STAGED[self.validation]

    def _meaning(self, text: str) -> str | Decimal:
        if self.validation == "number":
            return Decimal(text)
        if self.validation == "url":
            return normal_web_address(text)
        return folded(text)
