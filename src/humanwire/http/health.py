"""How the server is: alive, ready, and in figures."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from humanwire.core.errors import Unavailable
from humanwire.http.context import Context
from humanwire.http.metrics import may_read
from humanwire.http.worker.session import credential
from humanwire.wire.errors import Unauthorized
from humanwire.wire.surface import Json


def health_routes(context: Context) -> list[Route]:
    """Make the routes that whoever watches the server asks."""

    async def ready(_: Request) -> Response:
        await context.ports.store.ping()
        stopped = [loop.get_name() for loop in context.loops if loop.done()]
        if stopped or context.closing.is_set():
            raise Unavailable(f"Not running: {', '.join(stopped) or 'stopping'}.")
        return Json(b'{"status":"ready"}')

    async def healthy(_: Request) -> Response:
        return Json(b'{"status":"ok"}')

    async def metrics(request: Request) -> Response:
        known = credential(context, request)
        networks = context.settings.metrics_network
        if not await may_read(context.ports, request, known, networks):
            raise Unauthorized("Metrics need an operator's key, or an address that is let in.")
        return await context.metrics.page(request.headers.get("accept", ""))

    return [
        Route("/healthz", healthy),
        Route("/readyz", ready),
        Route("/metrics", metrics),
    ]
