"""When a task has answers enough. A policy is one module, and one name in `Policy`."""

from collections.abc import Sequence
from typing import TypeAlias

import msgspec

from humanwire.core.consensus.base import AskMore, Done, GaveUp, Verdict
from humanwire.core.consensus.collect import Collect
from humanwire.core.consensus.majority import Majority
from humanwire.core.consensus.single import Single
from humanwire.core.questions.base import Given, Question

Policy: TypeAlias = Single | Majority | Collect

__all__ = [
    "AskMore",
    "Collect",
    "Done",
    "GaveUp",
    "Majority",
    "Policy",
    "Single",
    "Verdict",
    "decide",
    "decode_policy",
    "encode_policy",
]

_decoder: msgspec.json.Decoder[Policy] = msgspec.json.Decoder(Policy)
_encoder = msgspec.json.Encoder()


def decide(policy: Policy, question: Question, answers: Sequence[Given]) -> Verdict:
    """Return what follows from the answers so far, in order of arrival.

    Without answers: `AskMore`, with how many people to ask first.
    """
    return policy.decide(question, answers)


def encode_policy(policy: Policy) -> str:
    """Return a policy as JSON, its strategy and all its settings in it."""
    return _encoder.encode(policy).decode()


def decode_policy(text: str | bytes) -> Policy:
    """Return the policy that `encode_policy` wrote."""
    return _decoder.decode(text)
