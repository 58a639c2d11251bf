"""The five classes of images for `await`: what `k_sequencing` has, under the same names.

async with aio.Choice(KEY) as choices:
    result = await choices.create(params={…})
"""

import asyncio
from collections.abc import Mapping
from random import random
from types import TracebackType
from typing import Any, ClassVar, Generic, Self

import httpx2

from k_sequencing import calls
from k_sequencing.errors import Unreachable
from k_sequencing.exchange import Reply, next_step, reply_of, request_of, unreachable
from k_sequencing.images import (
    ChoiceImage,
    ClosedQuestionImage,
    Image,
    MessageImage,
    One,
    PhotoTagImage,
    PredictionImage,
    Some,
)
from k_sequencing.result import Result

__all__ = ["Choice", "ClosedQuestion", "Message", "PhotoTag", "Prediction"]


class Images(Generic[Image]):
    """Images of one class; see `k_sequencing.client.Images` for what is given and returned.

    Connections are kept until `aclose` or the end of an `async with`.
    """

    _class: ClassVar[calls.Class]

    def __init__(
        self,
        token: str | None = None,
        *,
        url: str | None = None,
        timeout: float = 30,
        retries: int = 3,
    ) -> None:
        self._place = calls.Place.of(token, url, timeout, retries)
        self._http = httpx2.AsyncClient()

    async def create(
        self, params: Mapping[str, object], *, idempotency_key: str | None = None
    ) -> Result[Image]:
        """Have an image looked at."""
        return await self._send(self._class.create(params, idempotency_key))

    async def list(
        self,
        params: Mapping[str, str | int] | None = None,
        *,
        page: int | None = None,
        per_page: int | None = None,
    ) -> Result[Some[Image]]:
        """Give a page of images, the newest first."""
        return await self._send(self._class.list(params, page, per_page))

    async def find_id(
        self, image_id: str | None = None, *, id: str | None = None, custom_id: str | None = None
    ) -> Result[One[Image]]:
        """Give one image, by the server's id for it or yours."""
        return await self._send(self._class.find(image_id, id, custom_id))

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def _send(self, call: calls.Call) -> Result[Any]:
        sent = 0
        while True:
            sent += 1
            step = next_step(self._place, sent, await self._once(call), random())
            if isinstance(step, Result):
                return step
            await asyncio.sleep(step)

    async def _once(self, call: calls.Call) -> Reply | Unreachable:
        try:
            return reply_of(await self._http.send(request_of(self._place, call)))
        except httpx2.RequestError as error:
            return unreachable(error)


class Choice(Images[ChoiceImage]):
    """People pick among categories."""

    _class = calls.CHOICE


class ClosedQuestion(Images[ClosedQuestionImage]):
    """People approve, decline or ban."""

    _class = calls.CLOSED_QUESTION


class Message(Images[MessageImage]):
    """People say something in words."""

    _class = calls.MESSAGE


class PhotoTag(Images[PhotoTagImage]):
    """People draw a box around each thing, and tag it."""

    _class = calls.PHOTO_TAG


class Prediction(Images[PredictionImage]):
    """A machine answers, and people where it cannot."""

    _class = calls.PREDICTION
