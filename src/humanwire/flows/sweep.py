"""Sweep: the periodic duties, each safe to run anywhere, at any time, twice."""

from humanwire.flows.ports import Ports
from humanwire.flows.wakeups import Notice

_BATCH = 500
_LOOK_BACK = 1000


async def lapse_leases(ports: Ports) -> None:
    """Give back to the queue what leases ran out on, and tell their holders."""
    while lapsed := await ports.store.lapse(ports.clock(), _BATCH):
        for lease in lapsed:
            ports.wakeups.tell(lease.worker, Notice("withdrawn", lease.assignment, "lapsed"))
            ports.wakeups.work(lease.project)


async def heed_others(ports: Ports, position: int) -> int:
    """Wake those waiting for what other processes did; return the position of the last end seen."""
    while ends := await ports.store.ended_since(position, _LOOK_BACK):
        for _, project, task in ends:
            ports.wakeups.ended(project, task)
        position = ends[-1][0]
    ports.wakeups.line.call_all()
    return position


async def forget(ports: Ports) -> None:
    """Drop what has expired."""
    await ports.store.forget(ports.clock())
