"""Uploads: taken as a raw body or a form, kept in a folder, served to whoever knows the address."""

import asyncio
import mimetypes
import os
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import msgspec
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.types import Message

from humanwire.core.errors import Invalid, NotFound, Unavailable
from humanwire.core.ids import MediaId, ProjectId
from humanwire.flows.ports import Ports
from humanwire.store.records import Media
from humanwire.wire.errors import TooLarge
from humanwire.wire.surface import Json

_CHUNK = 1024 * 1024
_SHOWN = ("image/", "video/", "audio/")
_FORM = "multipart/form-data"
# The names of RFC 6838: a type goes out again as a header, so nothing else may be in it.
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")
UNTRUSTED = {
    # Whatever is inside (an SVG's script, HTML that was sniffed) runs nowhere.
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
}


class MediaFolder:
    """A folder with one file for each upload. `most_bytes` limits one upload."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder = folder
        self._most_bytes = most_bytes

    def path(self, media: Media) -> Path:
        """Where an upload's bytes are."""
        return self._folder / str(media.project) / media.id

    async def own(self, ports: Ports, url: str) -> Path | None:
        """Where an upload's bytes are, by its address; nothing for any other address."""
        prefix = f"{ports.origin()}/media/"
        if not url.startswith(prefix):
            return None
        media = await ports.store.find_media(MediaId(url.removeprefix(prefix)))
        return None if media is None else self.path(media)

    async def keep(
        self, ports: Ports, project: ProjectId, kind: str, chunks: AsyncIterator[bytes]
    ) -> Media:
        """Store an upload, whole or not at all.

        Raises TooLarge, Invalid when it is empty, or Unavailable.
        """
        identifier = MediaId(f"{project}-{ports.entropy(20).hex()}")
        path = self._folder / str(project) / identifier
        partial = path.with_suffix(".part")
        try:
            size = await self._write(partial, chunks)
            await asyncio.to_thread(_move_durably, partial, path)
            media = Media(
                project=project, id=identifier, type=kind, bytes=size, created_at=ports.clock()
            )
            await ports.store.add_media(media)
        except OSError as error:
            raise Unavailable(f"The upload cannot be kept: {error.strerror}.") from error
        finally:
            with suppress(OSError):
                partial.unlink(missing_ok=True)
        return media

    async def _write(self, path: Path, chunks: AsyncIterator[bytes]) -> int:
        await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
        size = 0
        with await asyncio.to_thread(path.open, "wb") as file:
            async for chunk in chunks:
                size += len(chunk)
                if size > self._most_bytes:
                    raise TooLarge(f"An upload is at most {self._most_bytes} bytes.")
                await asyncio.to_thread(file.write, chunk)
            await asyncio.to_thread(_sync, file)
        if not size:
            raise Invalid("The upload is empty.", field="file")
        return size

    async def receive(
        self, request: Request, ports: Ports, project: ProjectId, *, shown_only: bool
    ) -> Response:
        """Take an upload from a request and reply with its address.

        `shown_only` takes nothing but images, videos and sounds.
        """
        declared = request.headers.get("content-type", "")
        if declared.partition(";")[0].strip().lower() == _FORM:
            async with _form(self._limited(request)) as file:
                kind = _kind(file.content_type or "", file.filename or "", shown_only)
                media = await self.keep(ports, project, kind, _parts(file))
        else:
            kind = _kind(declared, request.query_params.get("name", ""), shown_only)
            media = await self.keep(ports, project, kind, request.stream())
        url = f"{ports.origin()}/media/{media.id}"
        reply = {"id": media.id, "url": url, "type": media.type, "bytes": media.bytes}
        return Json(msgspec.json.encode(reply))

    def _limited(self, request: Request) -> Request:
        left = self._most_bytes + _CHUNK

        async def receive() -> Message:
            nonlocal left
            message = await request.receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise TooLarge(f"An upload is at most {self._most_bytes} bytes.")
            return message

        return Request(request.scope, receive)

    async def send(self, ports: Ports, identifier: str) -> Response:
        """Reply with an upload. Raises NotFound."""
        media = await ports.store.find_media(MediaId(identifier))
        if media is None or not self.path(media).exists():
            raise NotFound("There is no such upload.")
        headers = {**UNTRUSTED, "cache-control": "private, max-age=31536000, immutable"}
        if not media.type.startswith(_SHOWN):
            headers["content-disposition"] = "attachment"
        return FileResponse(self.path(media), media_type=media.type, headers=headers)


@asynccontextmanager
async def _form(request: Request) -> AsyncGenerator[UploadFile]:
    """Give the file of a form, and drop its copy in the end. Raises Invalid."""
    try:
        form = await request.form(max_files=1, max_fields=20)
    except HTTPException as error:
        raise Invalid(f"Malformed form: {error.detail}") from None
    try:
        file = next((part for part in form.values() if isinstance(part, UploadFile)), None)
        if file is None:
            raise Invalid("The form has no file.", field="file")
        yield file
    finally:
        await form.close()


def _sync(file: BinaryIO) -> None:
    """See the bytes on the disk: an answer that names them is acknowledged later."""
    file.flush()
    os.fsync(file.fileno())


def _move_durably(partial: Path, path: Path) -> None:
    """Give a finished file its name, and see the name on the disk."""
    partial.rename(path)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _kind(declared: str, name: str, shown_only: bool) -> str:  # noqa: FBT001
    kind = declared.partition(";")[0].strip().lower()
    if kind in {"", "application/octet-stream", "application/x-www-form-urlencoded"}:
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if not _MEDIA_TYPE.fullmatch(kind):
        raise Invalid("That is no content type.", field="file")
    if shown_only and not kind.startswith(_SHOWN):
        raise Invalid(f"An image, video or sound is wanted, not {kind}.", field="file")
    return kind


async def _parts(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(_CHUNK):
        yield chunk
