"""Playment's error shape, its codes, and its messages word for word."""

from typing import ClassVar, TypeAlias

import msgspec

from humanwire.core.errors import Conflict, DuplicateReference, Invalid, NotFound, Refused
from humanwire.wire.bodies import Malformed
from humanwire.wire.errors import Unauthorized

Part: TypeAlias = dict[str, object]


class PlaymentInvalid(Invalid):
    """What Playment has a code and words of its own for."""

    said: ClassVar[str]

    def __init__(self, *, field: str | None = None, validations: tuple[Part, ...] = ()) -> None:
        self.validations = validations
        super().__init__(self.said, field=field)


class InvalidUuid(PlaymentInvalid):
    """An id in the path is no UUID."""

    code = "GE_0001"
    said = "Invalid UUID passed"


class MissingParameter(PlaymentInvalid):
    """Something is missing that has no code of its own."""

    code = "GE_0002"
    said = "Parameter missing"


class MissingReference(PlaymentInvalid):
    """The request has no reference."""

    code = "FS_0002"
    said = "Reference Id Missing"


class MissingTag(PlaymentInvalid):
    """The request does not say what is to be done."""

    code = "FS_0005"
    said = "Tag Missing"


class MissingData(PlaymentInvalid):
    """The request has no data."""

    code = "FS_0004"
    said = "Data missing"


class WrongData(PlaymentInvalid):
    """The data are not what they should be: `fields` says where, and `why` what is wrong."""

    code = "FS_0003"
    said = "Invalid data passed"

    def __init__(self, *fields: str, why: str = "", sort: str = "WRONG_DATA_TYPE") -> None:
        about: Part = {"fields": fields, **({"message": why} if why else {})}
        validation: Part = {"validation_code": sort, "meta_data": about}
        super().__init__(field=fields[0], validations=(validation,))


class UnknownTag(WrongData):
    """No workflow has this tag."""

    def __init__(self) -> None:
        super().__init__("tag", sort="UNKNOWN_TAG")


class BadImages(PlaymentInvalid):
    """A picture has no web address."""

    code = "FS_0007"
    said = "Image urls not valid"

    def __init__(self, *fields: str) -> None:
        validation: Part = {"validation_code": "INVALID_URL", "meta_data": {"fields": fields}}
        super().__init__(field=fields[0], validations=(validation,))


class UnitNotFound(NotFound):
    """No task has this id or reference in the project."""

    code = "FS_0006"

    def __init__(self) -> None:
        super().__init__("Feed Line Unit not found")


class BatchExists(Conflict):
    """A batch of this name exists already."""

    code = "BATCH_CREATION"


def playment_shape(error: Refused, status: int) -> bytes:  # noqa: ARG001 - other protocols repeat it
    """Put a refusal into Playment's JSON."""
    code, message = _said(error)
    about: Part = {"code": code, "message": message}
    if isinstance(error, PlaymentInvalid) and error.validations:
        about["validations"] = error.validations
    return msgspec.json.encode({"error": about, "success": False})


def _said(error: Refused) -> tuple[str, str]:
    """What others refuse gets Playment's code; whatever it has none for keeps its own."""
    match error:
        case DuplicateReference():
            return "FS_0001", "Duplicate Reference Id"
        case Unauthorized():
            return "unauthorized_request", error.message
        case NotFound() if error.code == NotFound.code:
            return "resource_error", error.message
        case Malformed():
            return "GE_0001", "Malformed json"
        case Invalid() if error.code == Invalid.code:
            return "GE_0001", error.message
        case _:
            return error.code, error.message
