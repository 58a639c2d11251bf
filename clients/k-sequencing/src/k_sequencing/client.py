"""The five classes of images, each call of which waits for its reply."""

import time
from collections.abc import Mapping
from random import random
from types import TracebackType
from typing import Any, ClassVar, Generic, Self
from weakref import finalize

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


class Images(Generic[Image]):
    """Images of one class, in the project that the key is of.

    `token` is the project's key, else PROJECT_KEY of the environment; `url` the server's address,
    else K_SEQUENCING_URL. `timeout` is how many seconds to wait to be connected, and then for the
    reply; `retries` how often a call that failed is sent again. Connections are kept until
    `close`, the end of a `with`, or the object's own.
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
        self._http = httpx2.Client()
        self._end = finalize(self, self._http.close)

    def create(
        self, params: Mapping[str, object], *, idempotency_key: str | None = None
    ) -> Result[Image]:
        """Have an image looked at.

        Two calls with the same `idempotency_key` ask once; by default each call has its own.
        """
        return self._send(self._class.create(params, idempotency_key))

    def list(
        self,
        params: Mapping[str, str | int] | None = None,
        *,
        page: int | None = None,
        per_page: int | None = None,
    ) -> Result[Some[Image]]:
        """Give a page of images, the newest first."""
        return self._send(self._class.list(params, page, per_page))

    def find_id(
        self, image_id: str | None = None, *, id: str | None = None, custom_id: str | None = None
    ) -> Result[One[Image]]:
        """Give one image, by the server's id for it or yours.

        `id` and `custom_id` look among the images of this class; the first argument is either of
        the two, of whatever class.
        """
        return self._send(self._class.find(image_id, id, custom_id))

    def close(self) -> None:
        """Let go of the connections."""
        self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _send(self, call: calls.Call) -> Result[Any]:
        """Send a call until it is taken or refused for good. Raises Unreachable or BadReply."""
        sent = 0
        while True:
            sent += 1
            step = next_step(self._place, sent, self._once(call), random())
            if isinstance(step, Result):
                return step
            time.sleep(step)

    def _once(self, call: calls.Call) -> Reply | Unreachable:
        try:
            return reply_of(self._http.send(request_of(self._place, call)))
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
