"""Assign: lease a worker the next task they may do, waiting for one if they wish."""

import asyncio
from collections.abc import Sequence

from humanwire.core.errors import Invalid
from humanwire.core.ids import ProjectId
from humanwire.flows.ports import Ports
from humanwire.flows.wakeups import Call
from humanwire.store.records import ClaimRequest, Granted, Worker


async def assign(
    ports: Ports,
    worker: Worker,
    wait_seconds: float = 0,
    projects: Sequence[str] | None = None,
    kinds: Sequence[str] | None = None,
) -> Granted | None:
    """Lease a task; None when none came within `wait_seconds`.

    `projects` names some of the worker's projects (by name, number or UUID).
    """
    chosen = _chosen(worker, projects)
    if wait_seconds <= 0:
        return await ports.store.claim(_request(ports, worker, chosen, kinds))
    line = ports.wakeups.line
    deadline = asyncio.get_running_loop().time() + wait_seconds
    call: Call | None = None
    with line.standing(chosen) as place:
        while True:
            granted = await _claim(ports, worker, _request(ports, worker, chosen, kinds))
            if granted is None and call is not None:
                line.pass_on(place, call)
            remaining = deadline - asyncio.get_running_loop().time()
            if granted is not None or remaining <= 0:
                return granted
            done, _ = await asyncio.wait({place.called}, timeout=remaining)
            if not done:
                return None
            call = line.take(place)


def _request(
    ports: Ports,
    worker: Worker,
    projects: tuple[ProjectId, ...],
    kinds: Sequence[str] | None,
) -> ClaimRequest:
    return ClaimRequest(
        worker=worker.number,
        assignment=ports.new_id(),
        now=ports.clock(),
        lease_ms=ports.lease_ms,
        most=ports.most_leases,
        projects=projects,
        kinds=None if kinds is None else tuple(kinds),
    )


async def _claim(ports: Ports, worker: Worker, request: ClaimRequest) -> Granted | None:
    claim = asyncio.ensure_future(ports.store.claim(request))
    try:
        return await asyncio.shield(claim)
    except asyncio.CancelledError:
        # The worker went away while the lease was being written: it goes straight back.
        granted = await claim
        if granted is not None and not granted.held:
            await give_back(ports, worker, granted)
        raise


async def give_back(ports: Ports, worker: Worker, granted: Granted) -> None:
    """Return a lease that never reached its worker, as if it had run out."""
    for lease in await ports.store.release(worker.number, granted.id):
        ports.wakeups.work(lease.project)


def _chosen(worker: Worker, names: Sequence[str] | None) -> tuple[ProjectId, ...]:
    if names is None:
        return tuple(project.number for project in worker.projects)
    mine = {
        name: project.number
        for project in worker.projects
        for name in (project.name, project.id, str(project.number))
    }
    unknown = [name for name in names if name not in mine]
    if unknown:
        raise Invalid(f"You are not a member of {unknown[0]!r}.", field="projects")
    return tuple(mine[name] for name in names)
