"""What is sent, and to where."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote, urlsplit
from uuid import uuid4


@dataclass(frozen=True, slots=True)
class Call:
    """A request to the server, by its path below `/api/`."""

    method: Literal["GET", "POST"]
    path: str
    query: Mapping[str, str | int] = field(default_factory=dict[str, str | int])
    body: bytes | None = None
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class Class:
    """Where the images of a class are: all of them, and one."""

    many: str
    one: str

    def create(self, params: Mapping[str, object], idempotency_key: str | None) -> Call:
        """Ask for an image to be looked at, once for each key; by default a new one."""
        body = json.dumps(dict(params), ensure_ascii=False).encode()
        own = uuid4().hex if idempotency_key is None else idempotency_key
        return Call("POST", self.many, body=body, idempotency_key=own)

    def list(
        self, params: Mapping[str, str | int] | None, page: int | None, per_page: int | None
    ) -> Call:
        """Ask for a page of images."""
        own = {"page": page, "per_page": per_page}
        given = {name: value for name, value in own.items() if value is not None}
        return Call("GET", self.many, {**(params or {}), **given})

    def find(self, image_id: str | None, own_id: str | None, custom_id: str | None) -> Call:
        """Ask for one image. Raises ValueError unless there is exactly one name for it."""
        names = {"id": own_id, "custom_id": custom_id}
        given = {name: value for name, value in names.items() if value is not None}
        if (image_id is not None) + len(given) != 1:
            raise ValueError("Give the image's id, or its custom_id.")
        if image_id is None:
            return Call("GET", self.one, given)
        if not image_id:
            raise ValueError("The image's id is empty.")
        return Call("GET", f"projects/images/{quote(image_id, safe='')}")


CHOICE = Class("images/choices", "images/choice")
CLOSED_QUESTION = Class("images/closed_questions", "images/closed_question")
MESSAGE = Class("images/messages", "images/message")
PHOTO_TAG = Class("images/photo_tags", "images/photo_tag")
PREDICTION = Class("prime/predictions", "prime/prediction")


@dataclass(frozen=True, slots=True)
class Place:
    """A server, and how to deal with it."""

    url: str
    token: str = field(repr=False)
    timeout: float
    retries: int

    @staticmethod
    def of(token: str | None, url: str | None, timeout: float, retries: int) -> "Place":
        """Check what was given, or take it from the environment. Raises ValueError."""
        token = (token or os.environ.get("PROJECT_KEY", "")).strip()
        if not token or not token.isascii() or not token.isprintable():
            raise ValueError("Give the project's key, or set PROJECT_KEY.")
        url = url or os.environ.get("K_SEQUENCING_URL")
        if not url:
            raise ValueError("Say where the server is: give url=…, or set K_SEQUENCING_URL.")
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"{url} is no http or https address.")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError("The server's address has no user name, query or fragment.")
        if not timeout > 0 or retries < 0:
            raise ValueError("The timeout is above 0, and retries are 0 or more.")
        return Place(url.rstrip("/"), token, timeout, retries)
