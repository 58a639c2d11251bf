"""Bodies: read within a limit, and JSON taken strictly, whatever the Content-Type says."""

import re

import msgspec
from msgspec import Raw
from starlette.requests import ClientDisconnect, Request

from humanwire.core.errors import Invalid
from humanwire.wire.errors import TooLarge

KIB = 1024
MIB = 1024 * KIB
OBJECT_LIMIT = MIB
LARGE_LIMIT = 16 * MIB
"""For questions about many frames, and answers to them."""
TEXT_LIMIT = 64 * KIB
DEPTH_LIMIT = 32

_object = msgspec.json.Decoder(dict[str, Raw])
_array = msgspec.json.Decoder(list[Raw])
_anything = msgspec.json.Decoder()
# A text that has no end is one token too: no byte is looked at from two beginnings.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_ONE_KIND = bytes.maketrans(b"{}", b"[]")
_PATH = re.compile(r"(?P<text>.*?)(?: - at `(?P<path>.*)`)?$", re.DOTALL)


class Malformed(Invalid):
    """The body is not the JSON that it has to be."""


async def read_body(request: Request, limit: int = OBJECT_LIMIT) -> bytes:
    """Read the whole body. Raises TooLarge beyond `limit` bytes, or ClientDisconnect."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise TooLarge(f"The body is larger than {limit} bytes.")
        if not message.get("more_body"):
            return b"".join((*parts, part)) if parts else part
        if not parts:
            _check_declared(request, limit)
        parts.append(part)


def _check_declared(request: Request, limit: int) -> None:
    """Refuse a body that says itself that it is too large, before it has been read."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise TooLarge(f"The body is larger than {limit} bytes.")


def json_fields(body: bytes, limit: int = TEXT_LIMIT) -> dict[str, Raw]:
    """Take a JSON object apart into its fields, each in the caller's own words.

    Raises Invalid for what is no JSON object, no UTF-8, nested too deeply, or holds a text that
    no database stores (U+0000, a lone surrogate) or that is longer than `limit` bytes.
    """
    _check(body, limit)
    try:
        return _object.decode(body)
    except msgspec.ValidationError:
        raise Malformed("The body must be a JSON object.") from None
    except msgspec.DecodeError as error:
        raise Malformed(f"Malformed JSON: {error}.") from None


def json_items(body: bytes) -> list[Raw]:
    """Take a JSON array apart into its items. Raises Invalid when it is none."""
    try:
        return _array.decode(body)
    except msgspec.ValidationError:
        raise Malformed("The body must be a JSON array.") from None
    except msgspec.DecodeError as error:
        raise Malformed(f"Malformed JSON: {error}.") from None
    except RecursionError:
        raise Invalid(f"The body is nested more than {DEPTH_LIMIT} deep.") from None


def field_of(error: msgspec.ValidationError, within: str = "") -> Invalid:
    """Turn a validation error into one that names the field: `choices[2]`, not `$.choices[2]`."""
    match = _PATH.match(str(error))
    text, path = (match["text"], match["path"]) if match else (str(error), None)
    missing = re.search(r"missing required field `(.+)`", text)
    path = (path or "$").removeprefix("$").removeprefix(".")
    if missing:
        path = f"{path}.{missing[1]}".removeprefix(".")
        text = "This field is required"
    field = ".".join(part for part in (within, path) if part).replace(".[", "[")
    return Invalid(f"{text}.", field=field or None)


def _check(body: bytes, limit: int) -> None:
    try:
        body.decode()
    except UnicodeDecodeError:
        raise Malformed("The body is not UTF-8.") from None
    # Counting is an upper bound that nearly every body passes; only the rest is looked at closely.
    nested = body.count(b"[") + body.count(b"{") > DEPTH_LIMIT
    long = len(body) > limit
    if (nested or long) and b"\\" not in body:
        # Nothing is escaped: every other part is a text.
        parts = body.split(b'"')
        nested = nested and not _is_shallow(b"".join(parts[::2]))
        long = long and max(map(len, parts[1::2]), default=0) > limit
    if nested:
        _check_depth(body)
    if long or b"\\u" in body or b"\x00" in body:
        _check_texts(body, limit)


def _is_shallow(structure: bytes) -> bool:
    """Tell at once of most JSON that it is not nested too deeply; its texts are left out."""
    brackets = structure.translate(_ONE_KIND, _NO_BRACKETS)
    for _ in range(DEPTH_LIMIT):
        brackets = brackets.replace(b"[]", b"")
    return not brackets


def _check_depth(body: bytes) -> None:
    depth = 0
    for token in _TOKEN.finditer(body):
        if token[0] in b"[{":
            depth += 1
            if depth > DEPTH_LIMIT:
                raise Invalid(f"The body is nested more than {DEPTH_LIMIT} deep.")
        elif token[0] in b"]}":
            depth -= 1


def _check_texts(body: bytes, limit: int) -> None:
    for token in _TOKEN.finditer(body):
        text = token[0]
        if text[:1] != b'"':
            continue
        if len(text) <= limit and b"\\u" not in text:
            continue
        try:
            value = _anything.decode(text)
        except msgspec.DecodeError:
            fault = "a text has no end, a bad escape or half of a surrogate pair"
            raise Malformed(f"Malformed JSON: {fault}.") from None
        if "\x00" in value:
            raise Invalid("A text holds U+0000, which cannot be stored.")
        if len(value.encode()) > limit:
            raise Invalid(f"A text is longer than {limit} bytes.")
