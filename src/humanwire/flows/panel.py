"""The models at hand: which of them covers a question, and as whom it is asked."""

from collections.abc import Mapping

from humanwire.core.errors import Invalid
from humanwire.core.ids import AssignmentId, ProjectId, TaskId, WorkerId, WorkflowId
from humanwire.core.panel import ModelUse
from humanwire.core.project import ProjectSettings
from humanwire.core.questions import AnyQuestion
from humanwire.flows.ports import Panel, Ports
from humanwire.store.consultations import ConsultationKey, NewConsultation

CLAIM_MS = 5_000
"""How long a process keeps a consultation to itself. It renews this as long as it lives."""

_WITH_MODELS = frozenset({"asked", "told"})


def covering(panel: Panel, kind: str, flavour: str | None, name: str | None = None) -> str | None:
    """Return the model that is asked: the one of this name, or the first that covers the question.

    None when it is not there, or covers no such question.
    """
    for known, capability in panel.capabilities().items():
        if name in {None, known} and capability.covers(kind, flavour):
            return known
    return None


def usable(
    panel: Panel, settings: ProjectSettings, fields: Mapping[str, object]
) -> ProjectSettings:
    """Return settings if the models that these `fields` of them name are there. Raises Invalid."""
    flavour = settings.prediction
    # People can answer what is asked by default, so that needs no model.
    needs = "prediction" in fields and flavour != "standard"
    if needs and covering(panel, "prediction", flavour) is None:
        message = f"The flavour {flavour!r} needs a model, and none is installed."
        raise Invalid(message, field="prediction")
    if "models" in fields:
        require_known(panel, settings.models)
    return settings


def require_known(panel: Panel, use: ModelUse | None) -> None:
    """Refuse a use of models that names none of those at hand. Raises Invalid."""
    if use is None:
        return
    known = panel.capabilities()
    if not known:
        raise Invalid("No model is installed.", field="models")
    if use.model is not None and use.model not in known:
        message = f"There is no model {use.model!r}: choose of {', '.join(known)}."
        raise Invalid(message, field="models.model")


async def seat(
    ports: Ports,
    project: ProjectId,
    question: AnyQuestion,
    flavour: str | None,
    use: ModelUse,
    workflow: WorkflowId | None,
) -> NewConsultation | None:
    """Seat a model on a new task, as a worker who holds a lease; None when none covers it."""
    kind = str(question.__struct_config__.tag)
    model = covering(ports.panel, kind, flavour, use.model)
    if model is None:
        return None
    return NewConsultation(
        assignment=AssignmentId(f"{project}-{ports.new_id()}"),
        worker=await _worker(ports, project, model),
        model=model,
        use=use,
        workflow=workflow,
        flavour=flavour,
        claimed_until=ports.clock() + CLAIM_MS,
    )


async def _worker(ports: Ports, project: ProjectId, model: str) -> WorkerId:
    """Return the worker that a model is; nobody can sign in as one, for no token has its digest."""
    known = ports.seats.get((project, model))
    if known is None:
        digest = f"model {model}".encode()
        worker = await ports.store.create_worker(model, ports.new_id(), digest, ports.clock())
        known = worker.number
        await ports.store.join(known, project, ports.entropy(16).hex())
        ports.seats[project, model] = known
    return known


async def models_alone(ports: Ports, project: ProjectId, task: TaskId) -> bool:
    """Tell whether a pending task is with models, and people are not asked yet."""
    found = await ports.store.consultation(ConsultationKey(project, task))
    return found is not None and found.state in _WITH_MODELS and found.use.use == "first"
