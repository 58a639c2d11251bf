"""When two texts say the same although people typed them differently, and which text is text."""

import unicodedata

from humanwire.core.errors import InvalidAnswer
from humanwire.core.json import Json

TEXT_BYTES_MAX = 64 * 1024
"""The longest text an answer may hold, in bytes of UTF-8."""

# Unicode's own limit for stream-safe text (UAX 15). Without it, normalising takes time that
# grows with the square of the length.
_STACKED_MARKS_MAX = 30


def checked_text(response: Json) -> str:
    """Return the text without white space around it.

    Raises InvalidAnswer for what is no string, blank, longer than TEXT_BYTES_MAX, or not fit to
    be stored or compared.
    """
    if not isinstance(response, str):
        raise InvalidAnswer("The answer must be a string.", field="response")
    text = response.strip()
    if not text:
        raise InvalidAnswer("The answer is blank.", field="response")
    if "\0" in text:
        raise InvalidAnswer("The answer has the character U+0000.", field="response")
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise InvalidAnswer("The answer has half of a surrogate pair.", field="response") from None
    if size > TEXT_BYTES_MAX:
        raise InvalidAnswer(f"The answer is over {TEXT_BYTES_MAX} bytes.", field="response")
    if not text.isascii() and _stacks_marks(text):
        message = f"The answer has over {_STACKED_MARKS_MAX} combining marks in a row."
        raise InvalidAnswer(message, field="response")
    return text


def folded(text: str) -> str:
    """Return what is left of a text when letter case, width and white space do not count."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    text = text.casefold()
    if not text.isascii():
        # Folding case can leave letters that compose or decompose once more.
        text = unicodedata.normalize("NFKC", text)
    return " ".join(text.split())


def _stacks_marks(text: str) -> bool:
    run = 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run > _STACKED_MARKS_MAX:
            return True
    return False
