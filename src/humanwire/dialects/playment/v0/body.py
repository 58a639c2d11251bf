"""From a feed line's body to a question: every field checked, in the protocol's order."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Raw, Struct

from humanwire.core.errors import Invalid
from humanwire.core.questions import AnyQuestion, Attachment, Context, Form, Tracking
from humanwire.core.questions.form import fields_of
from humanwire.core.questions.tracking_setting import Frame
from humanwire.core.questions.web_address import is_web_address
from humanwire.core.workflow import Material, Workflow
from humanwire.dialects.playment.errors import (
    BadImages,
    MissingData,
    MissingReference,
    MissingTag,
    UnknownTag,
    WrongData,
)
from humanwire.dialects.playment.material import beside, images, is_missing
from humanwire.dialects.playment.v0.wire import FeedData, FeedLine
from humanwire.wire.bodies import field_of, json_fields
from humanwire.wire.metadata import filterable

IMAGES_MOST = 100

_Decoders = Mapping[str, msgspec.json.Decoder[Any]]


def _decoders(body: type[Struct]) -> _Decoders:
    return {each.name: msgspec.json.Decoder(each.type) for each in msgspec.structs.fields(body)}


_LINE, _DATA = _decoders(FeedLine), _decoders(FeedData)
_line = msgspec.json.Decoder(FeedLine)
_data = msgspec.json.Decoder(FeedData)
_PLACES = {"fields": "result_structure", "attachments": "image_url", "frames": "image_url"}
"""Where in the data a question's settings come from."""


class CheckedLine(Struct, frozen=True, kw_only=True):
    """A feed line's body, checked for itself. `metadata` has the entries that lists go by."""

    line: FeedLine
    data: FeedData
    metadata: Mapping[str, str]
    body_json: str

    def question(self, workflow: Workflow | None) -> AnyQuestion:
        """Ask what the data describe, or else the workflow's question of them.

        Raises UnknownTag when neither says what to ask, or WrongData, naming the place at fault.
        """
        try:
            if self.data.result_structure:
                return self._form(self.data.result_structure, workflow)
            if workflow is None:
                raise UnknownTag
            return workflow.asked(self._material(workflow))
        except WrongData:
            raise
        except Invalid as fault:
            place, dot, rest = (fault.field or "data").partition(".")
            field = f"{_PLACES.get(place, place)}{dot}{rest}"
            raise WrongData(field, why=fault.message, sort="INVALID_VALUE") from None

    def _form(self, structure: Mapping[str, Raw], workflow: Workflow | None) -> Form:
        instruction = self._instruction
        if instruction is None:
            if workflow is None:
                raise UnknownTag
            instruction = workflow.question.instruction or workflow.tag
        try:
            fields = fields_of({name: msgspec.json.decode(raw) for name, raw in structure.items()})
        except Invalid as fault:
            raise Invalid(fault.message, field=f"fields.{fault.field}") from None
        shown, context = self._shown()
        form = Form(instruction=instruction, attachments=shown, fields=fields, context=context)
        return form.checked()

    def _material(self, workflow: Workflow) -> Material:
        shown, context = self._shown()
        if isinstance(workflow.question, Tracking):
            frames = tuple(Frame(str(n), each.value) for n, each in enumerate(shown, 1))
            return Material(instruction=self._instruction, frames=frames, context=context)
        return Material(instruction=self._instruction, attachments=shown, context=context)

    @property
    def _instruction(self) -> str | None:
        given = self.data.instruction
        return given if given and given.strip() else None

    def _shown(self) -> tuple[tuple[Attachment, ...], tuple[Context, ...]]:
        more, context = beside(self.line.data, FeedData.__struct_fields__)
        shown = (*images(_listed(self.data.image_url)), *more)
        if len(shown) > IMAGES_MOST:
            raise Invalid(f"At most {IMAGES_MOST} images.", field="attachments")
        return shown, context


def checked_line(body: bytes) -> CheckedLine:
    """Check all that can be checked without the project's workflows."""
    fields = json_fields(body)
    if is_missing(fields.get("reference_id")):
        raise MissingReference
    if is_missing(fields.get("tag")):
        raise MissingTag
    if is_missing(fields.get("data")):
        raise MissingData
    wrong = _wrong_types(fields, _LINE)
    if "data" not in wrong:
        wrong += _wrong_in_data(_LINE["data"].decode(fields["data"]))
    if wrong:
        raise WrongData(*wrong)
    line, data = _line.decode(body), _data.decode(fields["data"])
    _check_addresses(data)
    try:
        size = len(bytes(fields["metadata"])) if line.metadata else 0
        metadata = filterable(line.metadata or {}, size)
    except Invalid as fault:
        raise WrongData("metadata", why=fault.message, sort="INVALID_VALUE") from None
    return CheckedLine(line=line, data=data, metadata=metadata, body_json=body.decode().strip())


def _wrong_in_data(data: Mapping[str, Raw]) -> list[str]:
    wrong = _wrong_types(data, _DATA)
    if "result_structure" not in wrong:
        given = data.get("result_structure", Raw(b"null"))
        structure: dict[str, Raw] | None = _DATA["result_structure"].decode(given)
        for name, raw in (structure or {}).items():
            if bytes(raw)[:1] != b'"':
                wrong.append(f"result_structure.{name}")
    return wrong


def _wrong_types(fields: Mapping[str, Raw], decoders: _Decoders) -> list[str]:
    wrong: list[str] = []
    for name, decoder in decoders.items():
        if name not in fields:
            continue
        try:
            decoder.decode(fields[name])
        except msgspec.ValidationError as error:
            wrong.append(field_of(error, name).field or name)
    return wrong


def _check_addresses(data: FeedData) -> None:
    wrong = [
        f"image_url[{index}]" if isinstance(data.image_url, list) else "image_url"
        for index, address in enumerate(_listed(data.image_url))
        if not is_web_address(address)
    ]
    if wrong:
        raise BadImages(*wrong)


def _listed(addresses: str | list[str] | None) -> list[str]:
    return [addresses] if isinstance(addresses, str) else addresses or []
