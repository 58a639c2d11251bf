"""The application: hands each path to the surface that answers it."""

from collections.abc import Mapping

from starlette.types import ASGIApp, Receive, Scope, Send


class Application:
    """An ASGI application made of surfaces, each under the prefix of its paths."""

    def __init__(self, surfaces: Mapping[str, ASGIApp], otherwise: ASGIApp) -> None:
        # A longer prefix is the more specific one.
        self._surfaces = sorted(surfaces.items(), key=lambda item: -len(item[0]))
        self._otherwise = otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        path: str = scope["path"]
        for prefix, surface in self._surfaces:
            if path.startswith(prefix):
                await surface(scope, receive, send)
                return
        await self._otherwise(scope, receive, send)
