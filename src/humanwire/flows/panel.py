"""The models at hand: which of them covers a question, and what needs one that is not there."""

from collections.abc import Mapping

from humanwire.core.errors import Invalid
from humanwire.core.panel import ModelUse
from humanwire.core.project import ProjectSettings
from humanwire.flows.ask import Wish
from humanwire.flows.ports import Panel


def covering(panel: Panel, kind: str, flavour: str | None, name: str | None = None) -> str | None:
    """Return the model that is asked: the one of this name, or the first that covers the question.

    None when it is not there, or covers no such question.
    """
    for known, capability in panel.capabilities().items():
        if name in {None, known} and capability.covers(kind, flavour):
            return known
    return None


def require_answerable(panel: Panel, wish: Wish) -> Wish:
    """Return a wish that somebody can answer. Raises Invalid when only a model could."""
    question = wish.question
    kind = str(question.__struct_config__.tag)
    if not question.by_people and covering(panel, kind, wish.flavour) is None:
        message = f"The flavour {wish.flavour!r} needs a model, and none is installed."
        raise Invalid(message, field="prediction")
    return wish


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
