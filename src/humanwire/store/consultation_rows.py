"""Consultations as rows: the same columns in the same order on every engine."""

import msgspec

from humanwire.core.consensus import decode_policy
from humanwire.core.ids import AssignmentId, ProjectId, TaskId, WorkerId
from humanwire.core.panel import ModelUse
from humanwire.core.questions import decode_question
from humanwire.store.consultations import (
    Consultation,
    ConsultationKey,
    Judged,
    NewConsultation,
    Told,
)
from humanwire.store.rows import Row

FAR = 253_402_300_799_000
"""When a model's lease would end, if its consultation did not: never."""

_use = msgspec.json.Decoder(ModelUse)
_told = msgspec.json.Decoder(Told)
_encoder = msgspec.json.Encoder()
_COLUMNS = 11


def of_new(project: ProjectId, task: TaskId, new: NewConsultation) -> Row:
    return (
        *(project, task, new.assignment, new.worker, new.model),
        *(_encoder.encode(new.use).decode(), new.workflow, new.flavour, new.claimed_until),
    )


def of_lease(project: ProjectId, task: TaskId, new: NewConsultation) -> Row:
    return project, new.assignment, task, new.worker, FAR, 0


def of_told(key: ConsultationKey, told: Told) -> Row:
    return *key, _encoder.encode(told).decode()


def consultation(row: Row) -> Consultation:
    project, task, state, assignment, worker, model, use, workflow, flavour, tries, told = row
    return Consultation(
        project=ProjectId(project),
        task=TaskId(task),
        state=state,
        assignment=AssignmentId(assignment),
        worker=WorkerId(worker),
        model=model,
        use=_use.decode(use),
        workflow=workflow,
        flavour=flavour,
        tries=tries,
        told=_told.decode(told) if told else None,
    )


def judged(row: Row) -> Judged:
    question, policy, status, result = row[_COLUMNS:]
    return Judged(
        consultation=consultation(row[:_COLUMNS]),
        question=decode_question(question) if question else None,
        policy=decode_policy(policy) if policy else None,
        ended=status != "pending",
        result=msgspec.json.decode(result) if status == "complete" and result else None,
    )
