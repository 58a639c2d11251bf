"""Uploads by requesters: pictures, videos and sounds to ask about."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from humanwire.http.context import Context
from humanwire.store.records import Key
from humanwire.wire.surface import Shape, Surface


def media_surface(
    context: Context, key_of: Callable[[Request], Awaitable[Key]], shape: Shape
) -> Surface:
    """Make the surface of `POST /v1/media`, which takes keys and refuses as the native API does."""

    async def upload(request: Request) -> Response:
        key = await key_of(request)
        return await context.media.receive(
            request, context.ports, key.project.number, shown_only=False
        )

    return Surface([Route("/v1/media", upload, methods=["POST"])], shape)
