"""Hand over: which answers of a model stand without people, learned from what people say of some.

What is learned is kept with each audit, so that a task's way costs one row read by its key, and all
nodes go by the same threshold.
"""

import logging
from collections.abc import Mapping
from functools import reduce

from humanwire.core.handover import Aim, Audit, Learned, Sort, aimed, learn
from humanwire.core.ids import ProjectId, TaskId
from humanwire.flows.ports import Ports
from humanwire.store.learning import Standing

log = logging.getLogger(__name__)


async def learned(ports: Ports, project: ProjectId, sort: Sort, aim: Aim) -> Learned:
    """Return what is known of a sort of answers, with the threshold for this aim."""
    found = await ports.store.standing(project, sort)
    return aimed(found.learned, aim)


async def audited(
    ports: Ports, project: ProjectId, sort: Sort, aim: Aim, audits: Mapping[TaskId, Audit]
) -> bool:
    """Learn from what people said of answers; False when others have learned meanwhile."""
    found = await ports.store.standing(project, sort)
    before = aimed(found.learned, aim)
    after = reduce(learn, audits.values(), before)
    kept = Standing(sort, after, found.revision)
    if not await ports.store.keep_standing(project, kept, list(audits)):
        return False
    for audit in audits.values():
        verdict = "right" if audit.right else "wrong"
        ports.tally.audited[project, sort.model, verdict] += 1
    if after.reopenings > before.reopenings:
        ports.tally.reopened[project, sort.model] += after.reopenings - before.reopenings
        log.warning("Model %s %s drifted: all its answers to %s of project %d go to people again.",
                    sort.model, sort.version, sort.flavour, project)  # fmt: skip
    return True
