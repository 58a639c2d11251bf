"""What every handler needs: whose project it is, by its key and by its path."""

from starlette.requests import Request

from humanwire.core.errors import NotFound
from humanwire.core.ids import is_uuid
from humanwire.dialects.playment.errors import InvalidUuid
from humanwire.flows.ports import Ports
from humanwire.store.records import Key
from humanwire.wire.keys import Keys


class Desk:
    """The ports, and the keys."""

    def __init__(self, ports: Ports, keys: Keys) -> None:
        self.ports = ports
        self.keys = keys

    async def key(self, request: Request) -> Key:
        """Find the key of the path's project. Raises Unauthorized, Forbidden or NotFound."""
        headers = request.headers
        text = headers.get("x-client-key") or headers.get("x-api-key")
        key = await self.keys.find(text, headers.get("host", ""))
        project: str = request.scope["path_params"]["project"]
        if not is_uuid(project):
            raise InvalidUuid
        if project.lower() != key.project.id:
            raise NotFound("There is no such project.")
        return key
