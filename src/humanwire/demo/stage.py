"""Sets the demo up: a project with its key and people, the samples uploaded and asked."""

from typing import NamedTuple

import aiohttp

from humanwire.demo.api import Api
from humanwire.demo.media_files import all_media
from humanwire.demo.samples import Sample, samples
from humanwire.demo.server import Running


class Helper(NamedTuple):
    """Somebody who can answer: their name, their way in, and the link for a browser."""

    name: str
    api: Api
    link: str


class Stage:
    """One project on the demo's server, as its operator and its requester see it."""

    def __init__(self, http: aiohttp.ClientSession, server: Running) -> None:
        self._http = http
        self._origin = server.origin
        self._operator = Api(http, server.origin, server.operator_key)
        self.secret = ""
        self.names: dict[str, str] = {}
        """What to call the uploads: their addresses say nothing to people."""

    async def open(self) -> None:
        """Make the project and its key."""
        project = await self._operator.expect("POST", "/admin/v1/projects", {"name": "demo"})
        self.secret = project["webhook_secret"]
        key = await self._operator.expect("POST", "/admin/v1/keys", {"project": "demo"})
        self.requester = Api(self._http, self._origin, key["key"])

    async def hire(self, name: str) -> Helper:
        """Make a worker of the project."""
        body = {"name": name, "projects": ["demo"]}
        worker = await self._operator.expect("POST", "/admin/v1/workers", body)
        return Helper(name, Api(self._http, self._origin, worker["token"]), worker["url"])

    async def ask(self, hook_url: str) -> dict[str, Sample]:
        """Upload what the samples show and ask them all; return them by the request's id."""
        media = {
            name: await self.requester.upload("/v1/media", kind, data)
            for name, (kind, data) in all_media().items()
        }
        self.names = {url: name for name, url in media.items()}
        asked: dict[str, Sample] = {}
        for sample in samples(media):
            body = {**sample.body, "hook_url": hook_url} if sample.hook else sample.body
            request = await self.requester.expect("POST", f"/v1/requests/{sample.type}", body)
            asked[request["id"]] = sample
        return asked
