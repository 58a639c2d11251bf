"""Sweep: the periodic duties, each safe to run anywhere, at any time, twice."""

from humanwire.flows.ports import Ports
from humanwire.flows.wakeups import Notice

_BATCH = 500


async def lapse_leases(ports: Ports) -> None:
    """Give back to the queue what leases ran out on, and tell their holders."""
    while lapsed := await ports.store.lapse(ports.clock(), _BATCH):
        for lease in lapsed:
            ports.tally.lapsed[lease.project] += 1
            ports.wakeups.tell(lease.worker, Notice("withdrawn", lease.assignment, "lapsed"))
            ports.wakeups.work(lease.project)


async def heed_others(ports: Ports) -> None:
    """Wake those who wait for what other processes may have done.

    What is asked of the store is as much as there are waiters, however much has happened.
    """
    wakeups = ports.wakeups
    for task in await ports.store.ended_among(wakeups.ends.keys()):
        wakeups.ends.ring(task)
    wakeups.feeds.ring_all()
    if waiting := wakeups.line.projects():
        wakeups.line.call_all(await ports.store.vacant_among(waiting))


async def forget(ports: Ports) -> None:
    """Drop what has expired."""
    await ports.store.forget(ports.clock())
