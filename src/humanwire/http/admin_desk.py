"""What every endpoint of the operator's API needs: who calls, which project, bodies and replies."""

import re
from typing import TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from humanwire.core.errors import Invalid
from humanwire.core.project import Project
from humanwire.flows import accounts
from humanwire.http.context import Context
from humanwire.http.worker.session import credential
from humanwire.wire.bodies import MIB, field_of, json_fields, read_body
from humanwire.wire.errors import Unauthorized
from humanwire.wire.surface import Json

T = TypeVar("T")

Reference = str | int
"""A project's name, number or UUID."""

_UNKNOWN = re.compile(r"unknown field `(?P<field>.*)`")


class AdminDesk:
    """The operator's desk: each endpoint asks for an operator first."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.ports = context.ports

    async def operator(self, request: Request) -> None:
        """Let nobody pass but an operator. Raises Unauthorized."""
        text = credential(self._context, request)
        now = self.ports.clock()
        if not text or not await self.ports.store.is_operator(accounts.digest(text), now):
            raise Unauthorized("An operator's key is needed: Authorization: Bearer op_…")

    async def project(self, reference: Reference) -> Project:
        """Find a project. Raises NotFound."""
        return await accounts.find_project(self.ports, str(reference))


def reply(body: object, status: int = 200) -> Response:
    """Put what is said into JSON."""
    return Json(msgspec.json.encode(body), status)


async def fields_of(request: Request) -> dict[str, object]:
    """Read an object whose fields are checked one by one."""
    fields = json_fields(await read_body(request, MIB), MIB)
    return {name: _value(name, value) for name, value in fields.items()}


def _value(name: str, value: msgspec.Raw) -> object:
    try:
        return msgspec.json.decode(value)
    except msgspec.ValidationError as error:  # a number that is out of range
        raise field_of(error, name) from None


async def body_of(request: Request, kind: type[T]) -> T:
    """Read a body of a type. Raises Invalid, naming the field."""
    body = await read_body(request)
    json_fields(body)
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        unknown = _UNKNOWN.search(str(error))
        if unknown:
            raise Invalid("There is no such field.", field=unknown["field"]) from None
        raise field_of(error) from None
