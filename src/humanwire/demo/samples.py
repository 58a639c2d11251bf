"""The sample questions, each with the answers that its simulated people find plausible."""

from collections.abc import Mapping
from importlib import resources
from typing import Any

import msgspec
from msgspec import Struct

MADE_PICTURE, MADE_SOUND = "made:sun", "made:jingle"
"""Answers that the crowd uploads first."""


class Sample(Struct, frozen=True, kw_only=True):
    """A question with what is known of its answers.

    `answers` are what most people give (one is picked), `slips` what a hasty one gives.
    `slips_first`: the first person slips for certain. `differ`: no two people say the same.
    `invalid` is what somebody types before the server tells them better. `flag` is why everybody
    flags it. `size` is that of the picture with marks. `hook`: its end is told to a webhook.
    """

    type: str
    body: dict[str, Any]
    answers: tuple[Any, ...] = ()
    slips: tuple[Any, ...] = ()
    slips_first: bool = False
    differ: bool = False
    invalid: Any = None
    flag: str | None = None
    size: tuple[int, int] | None = None
    hook: bool = False

    @property
    def instruction(self) -> str:
        return str(self.body["instruction"])


def samples(media: Mapping[str, str]) -> list[Sample]:
    """Read the questions. `media` gives the address of each upload by its name."""
    text = resources.files("humanwire.demo").joinpath("samples.json").read_text(encoding="utf-8")
    for name, url in media.items():
        text = text.replace(f'"media:{name}"', msgspec.json.encode(url).decode())
    return msgspec.json.decode(text, type=list[Sample])
