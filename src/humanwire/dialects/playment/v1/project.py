"""How a project's jobs stand: all together, and batch by batch."""

from starlette.requests import Request
from starlette.responses import Response

from humanwire.dialects.playment.desk import Desk
from humanwire.dialects.playment.v1.shown import batch_details, success
from humanwire.dialects.playment.v1.wire import ProjectDetails, ProjectStats
from humanwire.store.filing import BatchProgress
from humanwire.store.records import Key
from humanwire.wire.surface import Json

_AT_ONCE = 500


class ProjectPage:
    """A project's figures."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def stats(self, request: Request) -> Response:
        """Give the sums over all batches."""
        key = await self._desk.key(request)
        batches = await self._batches(key)
        stats = ProjectStats(
            name=key.project.name,
            base=await self._base(key),
            total_batches=len(batches),
            completed_batches=sum(each.total > 0 and not each.counts.pending for each in batches),
            total_jobs=sum(each.total for each in batches),
            completed_jobs=sum(each.counts.complete for each in batches),
            total_frames=sum(each.frames for each in batches),
            completed_frames=sum(each.completed_frames for each in batches),
            annotations=sum(each.annotations for each in batches),
        )
        return Json(success(stats))

    async def details(self, request: Request) -> Response:
        """Give every batch."""
        key = await self._desk.key(request)
        batches = [batch_details(each) for each in await self._batches(key)]
        details = ProjectDetails(key.project.name, await self._base(key), batches)
        return Json(success(details))

    async def _batches(self, key: Key) -> list[BatchProgress]:
        store, project = self._desk.ports.store, key.project.number
        found: list[BatchProgress] = []
        while True:
            after = found[-1].batch.id if found else None
            more = await store.list_batches(project, key.mode, after, _AT_ONCE)
            found += more
            if len(more) < _AT_ONCE:
                return found

    async def _base(self, key: Key) -> str:
        """What sort of project it is: the kinds of its workflows."""
        workflows = await self._desk.ports.store.list_workflows(key.project.number)
        return ", ".join(sorted({workflow.kind for workflow in workflows}))
