"""Which class is the way to a model."""

from msgspec import structs

from humanwire.core.errors import Invalid
from humanwire.models.address import ModelAddress
from humanwire.models.backend import Backend
from humanwire.models.in_process import InProcess
from humanwire.models.label_studio import LabelStudio
from humanwire.models.openai import VisionEndpoint
from humanwire.models.plugin import find
from humanwire.models.worker import Worker


def reach(address: ModelAddress) -> Backend:
    """Make the way to a model. Raises Invalid for what is missing or does not fit."""
    match address.way:
        case "here":
            plugin = find(address.name)
            return InProcess(plugin, structs.replace(plugin.capability, name=address.name))
        case "worker":
            return Worker(address)
        case "openai":
            if not address.model:
                raise Invalid(f"{address.name!r} needs ?model=, its name there.", field="model")
            return VisionEndpoint(address)
        case "label-studio":
            return LabelStudio(address)
