"""Models that answer by program: the interface for plug-ins, ways to reach them, and the panel.

A plug-in needs what this module names, and an entry point of the group `humanwire.models`
(docs/how-to/use-models.md).
"""

from humanwire.core.model import Abstention, Capability, Item, Opinion, Verdict
from humanwire.models.plugin import Case, Model

__all__ = ["Abstention", "Capability", "Case", "Item", "Model", "Opinion", "Verdict"]
