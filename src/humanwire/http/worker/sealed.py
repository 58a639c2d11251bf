"""Encrypted addresses: how media reach the workers of a project that shows no other.

What an address says can be read by this server alone: which medium of an assignment it is, in
which session it is good, and until when. What was copied is worth nothing elsewhere or later. The
key is derived from the project's webhook secret, so that every node has it and it rotates with it.
"""

import re
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from msgspec import Raw, Struct
from starlette.requests import Request

from humanwire.core.ids import AssignmentId
from humanwire.core.project import Project
from humanwire.core.questions import Annotation, AnyQuestion, Attachment, Choice, Tracking
from humanwire.flows.accounts import digest
from humanwire.flows.answer import holding
from humanwire.flows.ports import Ports
from humanwire.http.context import Context
from humanwire.http.worker.session import credential
from humanwire.http.worker.view import is_loaded, media_urls, show
from humanwire.store.records import Draft, Granted, Worker

if TYPE_CHECKING:
    from humanwire.http.worker.cipher import Cipher

_PACKED = struct.Struct(">16sQI")
_SESSION_BYTES = 16
_IN_TEXT = re.compile(rb'"[^"\\\s]*/worker/v1/assignments/[^"/\\]+/sealed/([\w-]+)"')


class Place(NamedTuple):
    """What an address says. `until` is milliseconds since the epoch."""

    session: bytes
    until: int
    number: int


def session_of(context: Context, request: Request) -> bytes:
    """What tells the caller's session from every other."""
    return digest(credential(context, request) or "")[:_SESSION_BYTES]


class Veil(Struct, frozen=True):
    """What one session sees of an assignment's media; `addresses` None: their own addresses."""

    question: AnyQuestion
    addresses: Mapping[str, str] | None

    def show(self, granted: Granted, origin: str) -> dict[str, object]:
        """Put the lease into the worker API's JSON."""
        if self.addresses is None:
            return show(granted, origin)
        draft = granted.draft
        veiled = msgspec.structs.replace(
            granted,
            question=_shown_at(self.question, self.addresses),
            draft=draft and Draft(draft.version, self.hide(draft.body_json)),
        )
        return show(veiled, origin, self.addresses)

    def hide(self, text: str) -> str:
        """Put what the worker sees into JSON of theirs: picked choices may be media."""
        if self.addresses is not None:
            for url in _media_choices(self.question):
                text = text.replace(_quoted(url), _quoted(self.addresses[url]))
        return text


def veil_of(
    context: Context,
    request: Request,
    project: Project,
    assignment: AssignmentId,
    question: AnyQuestion,
) -> Veil:
    """Make addresses for the caller's session, where the project shows no others."""
    if not project.encrypts_media:
        return Veil(question, None)
    ports = context.ports
    now, seconds = ports.clock(), project.settings.lease_seconds
    until = now + (ports.lease_ms if seconds is None else round(seconds * 1000))
    cipher, session = _cipher(project.signing_secrets(now)[0]), session_of(context, request)
    prefix = f"{ports.origin()}/worker/v1/assignments/{assignment}/sealed/"
    sealed: dict[str, str] = {}
    for number, url in enumerate(media_urls(question)):
        plain = _PACKED.pack(session, until, number)
        token = cipher.seal(plain, assignment.encode())
        sealed[url] = prefix + _text(token)
    return Veil(question, sealed)


def opened(project: Project, assignment: AssignmentId, token: str, now: int) -> Place | None:
    """Read the token of an address; None when it is none of this assignment's."""
    try:
        sealed = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    if _text(sealed) != token:
        return None  # spare bits of the last letter: another text, the same bytes
    for secret in project.signing_secrets(now):
        plain = _cipher(secret).open(sealed, assignment.encode())
        if plain is not None:
            return Place(*_PACKED.unpack(plain))
    return None


async def revealed(ports: Ports, worker: Worker, assignment: AssignmentId, said: Raw) -> Raw:
    """Put the media's own addresses back into what a worker says of them.

    These addresses are known again in every session and at any time: work may be sent late.
    """
    if not _IN_TEXT.search(said):
        return said
    found = await holding(ports, worker, assignment)
    project = await ports.store.project(found.task.project)
    urls, now = media_urls(found.task.question), ports.clock()

    def original(match: re.Match[bytes]) -> bytes:
        place = opened(project, assignment, match[1].decode(), now)
        known = place is not None and place.number < len(urls)
        return _quoted(urls[place.number]).encode() if place and known else match[0]

    return Raw(_IN_TEXT.sub(original, bytes(said)))


def _shown_at(question: AnyQuestion, addresses: Mapping[str, str]) -> AnyQuestion:
    """Put other addresses into a question in the place of its media's own."""

    def there(url: str) -> str:
        return addresses.get(url, url)

    attachments = tuple(
        Attachment(each.type, there(each.value)) if is_loaded(each.type) else each
        for each in question.attachments
    )
    question = msgspec.structs.replace(question, attachments=attachments)
    match question:
        case Choice():
            return _choices_at(question, there)
        case Annotation(inner=Choice() as inner):
            return msgspec.structs.replace(question, inner=_choices_at(inner, there))
        case Tracking():
            return question.shown_at(there)
        case _:
            return question


def _text(token: bytes) -> str:
    return urlsafe_b64encode(token).decode().rstrip("=")


def _cipher(secret: str) -> "Cipher":
    from humanwire.http.worker.cipher import cipher_of  # noqa: PLC0415 - 7 MB that few servers need

    return cipher_of(secret)


def _choices_at(choice: Choice, there: Callable[[str], str]) -> Choice:
    if not is_loaded(choice.choices_type):
        return choice
    return msgspec.structs.replace(choice, choices=tuple(map(there, choice.choices)))


def _media_choices(question: AnyQuestion) -> tuple[str, ...]:
    inner = question.inner if isinstance(question, Annotation) else question
    return inner.choices if isinstance(inner, Choice) and is_loaded(inner.choices_type) else ()


def _quoted(text: str) -> str:
    return msgspec.json.encode(text).decode()
