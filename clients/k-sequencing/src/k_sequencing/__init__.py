"""Have people look at images, through the DataWow API that a humanwire server speaks.

    import k_sequencing

    ks = k_sequencing
    result = ks.Choice(KEY).create(params={"instruction": …, "categories": …, "data": …})
    result.data

`k_sequencing.aio` has the same classes for `await`.
"""

from k_sequencing.client import Choice, ClosedQuestion, Message, PhotoTag, Prediction
from k_sequencing.errors import BadReply, KSequencingError, TimedOut, Unreachable
from k_sequencing.images import (
    ChoiceImage,
    ClosedQuestionImage,
    Demographic,
    Face,
    MessageImage,
    Nudity,
    One,
    PhotoTagImage,
    Positions,
    PredictionImage,
    Some,
    Tag,
)
from k_sequencing.result import Result

__version__ = "0.1.0"

__all__ = [
    "BadReply",
    "Choice",
    "ChoiceImage",
    "ClosedQuestion",
    "ClosedQuestionImage",
    "Demographic",
    "Face",
    "KSequencingError",
    "Message",
    "MessageImage",
    "Nudity",
    "One",
    "PhotoTag",
    "PhotoTagImage",
    "Positions",
    "Prediction",
    "PredictionImage",
    "Result",
    "Some",
    "Tag",
    "TimedOut",
    "Unreachable",
]
