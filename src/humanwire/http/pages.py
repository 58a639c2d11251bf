"""Pages and files: the workspace, the API's page, sign-in links, uploads, health."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import msgspec
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from humanwire.core.errors import NotFound, Refused
from humanwire.flows.accounts import sign_in
from humanwire.http.context import Context
from humanwire.http.health import health_routes
from humanwire.http.media import UNTRUSTED
from humanwire.http.worker.session import remember
from humanwire.wire.errors import Unauthorized
from humanwire.wire.surface import Json, Surface

_STATIC = (Path(__file__).parent.parent / "static").resolve()
_SAMPLE = Path(__file__).parent.parent / "demo" / "media" / "street.svg"
_ENCODINGS = {"br": ".br", "gzip": ".gz"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self';"
    " img-src 'self' https: http: data: blob:; media-src 'self' https: http: blob:;"
    " frame-src https: http:; font-src 'self' data:; worker-src 'self'; manifest-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_PAGE = {
    "cache-control": "no-cache",
    "content-security-policy": _POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
# At home below /work/, it serves /work itself as well.
_SERVICE_WORKER = {**_PAGE, "service-worker-allowed": "/work"}
_ICON = {"cache-control": "public, max-age=86400", "x-content-type-options": "nosniff"}
_ASSET = {
    "cache-control": "public, max-age=31536000, immutable",
    "x-content-type-options": "nosniff",
}


def pages_surface(context: Context, document: Callable[[], Mapping[str, object]]) -> Surface:
    """Make the surface of everything that is no API; `document` gives the OpenAPI document."""
    openapi: list[bytes] = []

    async def enter(request: Request) -> Response:
        opened = await sign_in(context.ports, request.path_params["token"])
        if opened is None:
            return _turned_away(request)
        session, operator = opened
        reply = RedirectResponse("/docs" if operator else "/work", 303, _PAGE)
        remember(context, reply, session)
        return reply

    async def describe(_: Request) -> Response:
        if not openapi:
            openapi.append(msgspec.json.encode(document()))
        return Json(openapi[0], headers={"cache-control": "no-cache"})

    async def upload(request: Request) -> Response:
        return await context.media.send(context.ports, request.path_params["id"])

    async def home(_: Request) -> Response:
        return RedirectResponse("/work", 307)

    page = partial(_file, headers=_PAGE)
    routes = [
        Route("/", home),
        Route("/work", partial(page, path="index.html")),
        Route("/work/sw.js", partial(_file, path="sw.js", headers=_SERVICE_WORKER)),
        Route("/work/manifest.webmanifest", partial(page, path="manifest.webmanifest")),
        Route("/work/icon-{name:str}.png", _icon),
        Route("/work/sample.svg", _sample),
        Route("/work/assets/{path:path}", partial(_file, folder="assets", headers=_ASSET)),
        Route("/docs", partial(page, path="docs/index.html")),
        Route("/docs/{path:path}", partial(page, folder="docs")),
        Route("/in/{token}", enter),
        Route("/openapi.json", describe),
        Route("/media/{id}", upload),
        *health_routes(context),
    ]
    return Surface(routes, _shape)


def _turned_away(request: Request) -> Response:
    """Lead a person to the workspace, which says kindly what they can do; refuse a program."""
    if "text/html" in request.headers.get("accept", ""):
        return RedirectResponse("/work", 303, _PAGE)
    raise Unauthorized("This sign-in link is not valid any more: ask for a new one.")


async def _icon(request: Request) -> Response:
    return await _file(request, path=f"icon-{request.path_params['name']}.png", headers=_ICON)


async def _sample(_: Request) -> Response:
    """A picture to try a workflow on."""
    return FileResponse(_SAMPLE, media_type="image/svg+xml", headers=_ICON | UNTRUSTED)


async def _file(
    request: Request, *, headers: Mapping[str, str], path: str = "", folder: str = "."
) -> Response:
    """Reply with a file of the front end, compressed beforehand where the browser takes that."""
    name = path or request.path_params["path"]
    file = _STATIC / folder / name
    if not _is_ours(file):
        raise NotFound("There is no such page.")
    accepted = request.headers.get("accept-encoding", "")
    kind = _KINDS.get(file.suffix)
    for encoding, ending in _ENCODINGS.items():
        packed = file.with_name(file.name + ending)
        if encoding in accepted and packed.is_file():
            extra = {"content-encoding": encoding, "vary": "accept-encoding"}
            return FileResponse(packed, media_type=kind, headers={**headers, **extra})
    return FileResponse(file, media_type=kind, headers={**headers, "vary": "accept-encoding"})


def _is_ours(file: Path) -> bool:
    try:
        return file.resolve().is_relative_to(_STATIC) and file.is_file()
    except (OSError, ValueError):  # a name too long, or one with U+0000
        return False


_KINDS = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
    ".json": "application/json",
}


def _shape(error: Refused, _status: int) -> bytes:
    return msgspec.json.encode({"error": {"code": error.code, "message": error.message}})
