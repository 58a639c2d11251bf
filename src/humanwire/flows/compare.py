"""Compare: learn from what people decided where a model had answered before.

Any node takes up what people judge, a slice at a time; what was learned is kept together with the
note that it was, so that nothing counts twice.
"""

import asyncio

import msgspec
from msgspec import Struct

from humanwire.core.consensus import Collect
from humanwire.core.handover import Aim, Audit, Sort
from humanwire.core.ids import ProjectId, TaskId
from humanwire.core.json import Json
from humanwire.core.questions import Given
from humanwire.flows.handover import audited
from humanwire.flows.ports import Ports
from humanwire.store.consultations import ConsultationKey, Judged

START = ConsultationKey(ProjectId(0), TaskId(""))
_SLICE = 500


class _Batch(Struct):
    """What is learned at once: the newest aim, and the audits by task."""

    aim: Aim
    audits: dict[TaskId, Audit] = {}


class Comparisons:
    """Goes through what people judge, round and round."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._after = START

    async def go_on(self) -> None:
        """Compare the next slice."""
        after, self._after = self._after, START
        self._after = await compare_some(self._ports, after)


async def compare_some(
    ports: Ports, after: ConsultationKey, limit: int = _SLICE
) -> ConsultationKey:
    """Compare a slice of what people judge, and return where the next one begins."""
    found = await ports.store.judged(after, limit)
    batches: dict[tuple[ProjectId, Sort], _Batch] = {}
    undecided: list[ConsultationKey] = []
    for each in found:
        if not each.ended:
            continue
        given, audit = each.consultation, await _audit(each, ports.clock())
        if audit is None:
            undecided.append(_key(each))
            continue
        batch = batches.setdefault((given.project, _sort(each)), _Batch(given.use.aim))
        batch.aim = given.use.aim
        batch.audits[given.task] = audit
    await ports.store.end_consultations([(key, "done") for key in undecided])
    for (project, sort), batch in batches.items():
        # What others have learned from meanwhile is not there any more the next time.
        await audited(ports, project, sort, batch.aim, batch.audits)
    return _key(found[-1]) if len(found) == limit else START


async def _audit(judged: Judged, now: int) -> Audit | None:
    """What people say of an answer; None where they have not decided."""
    told, question, result = judged.consultation.told, judged.question, judged.result
    if told is None or told.response_json is None or told.confidence is None:
        return None
    if question is None or result is None:
        return None
    if isinstance(judged.policy, Collect):
        return None  # each says something, and nobody decides
    said: Json = msgspec.json.decode(told.response_json)
    worker = judged.consultation.worker
    ours, theirs = Given(worker, said), Given(worker, result)
    right = said == result or (
        await asyncio.to_thread(question.agree, ours, theirs)
        if question.slow
        else question.agree(ours, theirs)
    )
    return Audit(told.confidence, right, now, told.share, told.least)


def _key(judged: Judged) -> ConsultationKey:
    return ConsultationKey(judged.consultation.project, judged.consultation.task)


def _sort(judged: Judged) -> Sort:
    given, question, told = judged.consultation, judged.question, judged.consultation.told
    kind = str(question.__struct_config__.tag) if question else ""
    version = told.version if told else ""
    return Sort(given.model, version, given.workflow or "", given.flavour or kind)
