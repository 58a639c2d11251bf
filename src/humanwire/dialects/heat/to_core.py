"""From a body of Heat's to what the flows are asked for: every field checked and named."""

from collections.abc import Mapping

import msgspec
from msgspec import Raw

from humanwire.core.consensus import Collect, Majority, Policy, Single
from humanwire.core.errors import Invalid, NotFound
from humanwire.core.questions import Flavour
from humanwire.core.questions.web_address import is_web_address
from humanwire.core.task import PRIORITY_DEFAULT, Mode
from humanwire.dialects.heat import query
from humanwire.dialects.heat.from_core import without_owned
from humanwire.dialects.heat.questions import question_of, whole
from humanwire.dialects.heat.wire import DECODERS, Body, Confidence, PredictionRequest
from humanwire.flows.ask import Wish
from humanwire.store.records import IdempotencyKey
from humanwire.wire.bodies import field_of
from humanwire.wire.idempotency import request_digest
from humanwire.wire.metadata import filterable, stage

PRIORITY_MOST = 10
ADDRESS_LIMIT = 2048
_NO_METADATA: Mapping[str, str] = {}


def decoder_of(name: str) -> msgspec.json.Decoder[Body]:
    """Find what reads the bodies of a type. Raises NotFound for an unknown one."""
    decoder = DECODERS.get(name)
    if decoder is None:
        raise NotFound(f"There is no request type {name!r}.", field="type")
    return decoder


def wish_of(
    name: str,
    body: bytes,
    fields: dict[str, Raw],
    mode: Mode,
    now: int,
    key: str | None,
    flavour: Flavour = "standard",
) -> Wish:
    """Check a body of this type, whose `fields` were taken apart already.

    `key` is the caller's own for this request, `flavour` that of predictions which name none.
    Raises Invalid, or NotFound for an unknown type.
    """
    decoder = decoder_of(name)
    try:
        given = decoder.decode(body)
    except msgspec.ValidationError as error:
        raise field_of(error) from None
    except msgspec.DecodeError as error:
        raise Invalid(f"Malformed JSON: {error}.") from None
    predicts = isinstance(given, PredictionRequest)
    flavour = (given.prediction if predicts else None) or flavour
    return Wish(
        type=name,
        question=question_of(name, given, flavour),
        flavour=flavour if predicts else None,
        body_json=without_owned(fields) or body.decode().strip(),
        policy=None if given.confidence is None else _policy(given.confidence),
        hook_url=_checked_address(given.hook_url),
        priority=PRIORITY_DEFAULT if given.priority is None else _priority(given.priority),
        deadline=None if given.deadline is None else _deadline(given.deadline, now),
        excluded=tuple(given.exclude_crunchers or ()),
        metadata=_metadata(given.metadata, fields) if given.metadata else _NO_METADATA,
        staged=stage(given.metadata) if mode == "test" else "complete",
        idempotency=None if key is None else IdempotencyKey(key, request_digest(name, body)),
    )


def _checked_address(url: str | None) -> str | None:
    if url is not None and not is_web_address(url):
        raise Invalid("It must be an http or https URL.", field="hook_url")
    if url is not None and len(url.encode()) > ADDRESS_LIMIT:
        raise Invalid(f"It is longer than {ADDRESS_LIMIT} bytes.", field="hook_url")
    return url


def _policy(given: Confidence) -> Policy:
    try:
        return _chosen(given).checked()
    except Invalid as fault:
        raise Invalid(fault.message, field=f"confidence.{fault.field}") from None


def _chosen(given: Confidence) -> Policy:
    def needed(name: str) -> int:
        value: float | None = getattr(given, name)
        if value is None:
            raise Invalid("This field is required.", field=name)
        return whole(value, name)

    match given.strategy:
        case "majority":
            return Majority(
                min_agreements=needed("min_agreements"), max_crunchers=needed("max_crunchers")
            )
        case "collect":
            return Collect(answers=needed("answers"))
        case "single":
            return Single()


def _priority(given: float) -> int:
    priority = whole(given, "priority")
    if not 1 <= priority <= PRIORITY_MOST:
        raise Invalid(f"It must lie between 1 and {PRIORITY_MOST}.", field="priority")
    return priority


def _deadline(text: str, now: int) -> int:
    deadline = query.milliseconds(text, "deadline")
    if deadline <= now:
        raise Invalid("It has passed already.", field="deadline")
    return deadline


def _metadata(metadata: Mapping[str, Raw], fields: Mapping[str, Raw]) -> dict[str, str]:
    return filterable(metadata, len(bytes(fields["metadata"])))
