"""DataWow's routes: images made, listed by page, and read by an id of ours or the caller's."""

import asyncio
from functools import partial

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from humanwire.core.errors import Conflict, Invalid, NotFound
from humanwire.core.ids import TaskId, WorkerId, is_uuid
from humanwire.dialects.datawow.body import CUSTOM_ID, Given, given_in
from humanwire.dialects.datawow.classes import CLASSES, PREDICTION, Class
from humanwire.dialects.datawow.errors import datawow_shape
from humanwire.dialects.datawow.fields import fields_in, label, parameters, whole
from humanwire.dialects.datawow.pages import page_of, window
from humanwire.dialects.datawow.shown import NAME, About, about_other, about_own, image_of
from humanwire.dialects.datawow.wire import (
    Image,
    ImageMade,
    ImageShown,
    ImagesShown,
    OneImage,
    SomeImages,
)
from humanwire.flows.ask import Wish, answerable, ask
from humanwire.flows.limit import spend
from humanwire.flows.panel import models_alone
from humanwire.flows.ports import Ports
from humanwire.store.records import IdempotencyKey, Key, Task, TaskFilter
from humanwire.wire.bodies import read_body
from humanwire.wire.idempotency import checked_idempotency, request_digest
from humanwire.wire.keys import Keys
from humanwire.wire.metadata import filterable, stage
from humanwire.wire.surface import Json, Surface

PREFIX = "/api/"
"""Where DataWow's paths begin."""
BASES = ("/api", "/api/v1")
"""Every path is under each of these."""


def datawow_surface(ports: Ports, keys: Keys) -> Surface:
    """Make the application that speaks DataWow."""
    images = Images(ports, keys)
    routes = [
        route
        for base in BASES
        for route in (
            *(each for sort in CLASSES for each in _routes_of(base, sort, images)),
            Route(f"{base}/projects/images/{{id:path}}", partial(images.by_any_id, None)),
            Route(f"{base}/{PREDICTION.many}/{{id:path}}", partial(images.by_any_id, PREDICTION)),
        )
    ]
    return Surface(routes, datawow_shape)


def _routes_of(base: str, sort: Class, images: "Images") -> list[Route]:
    return [
        Route(f"{base}/{sort.many}", partial(images.create, sort), methods=["POST"]),
        Route(f"{base}/{sort.many}", partial(images.listed, sort), methods=["GET"]),
        Route(f"{base}/{sort.one}", partial(images.named, sort), methods=["GET"]),
    ]


class Images:
    """One image at a time, or a page of them."""

    def __init__(self, ports: Ports, keys: Keys) -> None:
        self._ports = ports
        self._keys = keys

    async def create(self, sort: Class, request: Request) -> Response:
        """Take an image."""
        ports, key = self._ports, await self._key(request)
        await spend(ports, key, NAME, None)
        own = checked_idempotency(request.headers.get("idempotency-key"))
        body = await read_body(request)
        fields = fields_in(request, body)
        given = given_in(fields)
        flavour = given.prediction or key.project.settings.prediction
        repeatable = None if own is None else IdempotencyKey(own, request_digest(sort.kind, body))
        wish = Wish(
            type=sort.kind,
            question=sort.question(fields, given, flavour),
            flavour=flavour if sort is PREDICTION else None,
            body_json=msgspec.json.encode(fields).decode(),
            hook_url=given.postback_url,
            metadata=_entries(given),
            staged=stage(given.metadata) if key.mode == "test" else "complete",
            idempotency=repeatable,
            audience=await self._audience(key, given.staff_id),
        )
        (task,) = await ask(ports, key, NAME, [answerable(ports, key, wish)])
        if isinstance(task, Conflict):
            raise task
        image = await self._image(task)
        return Json(msgspec.json.encode(ImageMade(image)))

    async def listed(self, sort: Class, request: Request) -> Response:
        """Give a page of a class's images, the newest first."""
        key = await self._key(request)
        given = parameters(request, await read_body(request))
        number, size = window(whole(given, "page"), whole(given, "per_page"))
        store, project = self._ports.store, key.project.number
        total = await store.count_tasks(project, key.mode, sort.kind)
        found: list[Task] = []
        passed = (number - 1) * size
        if passed < total:
            before = (
                await store.skip_tasks(project, key.mode, sort.kind, passed) if passed else None
            )
            where = TaskFilter(type=sort.kind)
            found = await store.list_tasks(project, key.mode, where, before, size)
        images = await asyncio.gather(*(self._image(task) for task in found))
        page = page_of(number, size, total)
        return Json(msgspec.json.encode(ImagesShown(SomeImages(images), page)))

    async def named(self, sort: Class, request: Request) -> Response:
        """Give the image of a class that has this id, or else this custom id."""
        key = await self._key(request)
        given = parameters(request, await read_body(request))
        identifier, custom = label(given, "id"), label(given, CUSTOM_ID)
        if identifier is not None:
            return await self._shown(await self._by_id(key, identifier), sort)
        if custom is None:
            raise Invalid("Give this or custom_id.", field="id")
        return await self._shown(await self._by_custom_id(key, custom, sort.kind))

    async def by_any_id(self, sort: Class | None, request: Request) -> Response:
        """Give the image (of a class, if any is named) with this id, or else this custom id."""
        key = await self._key(request)
        name: str = request.scope["path_params"]["id"]
        task = await self._by_id(key, name)
        if task is None or (sort is not None and task.type != sort.kind):
            task = await self._by_custom_id(key, name, sort and sort.kind)
        return await self._shown(task)

    async def _key(self, request: Request) -> Key:
        headers = request.headers
        return await self._keys.find(
            headers.get("authorization", "").strip(), headers.get("host", "")
        )

    async def _audience(self, key: Key, number: int | None) -> tuple[WorkerId, ...] | None:
        """Give the task to the worker of this number alone. Raises Invalid when there is none."""
        if number is None:
            return None
        worker = WorkerId(number)
        if not await self._ports.store.is_member(worker, key.project.number):
            raise Invalid("The project has no worker with this number.", field="staff_id")
        return (worker,)

    async def _by_id(self, key: Key, identifier: str) -> Task | None:
        if not is_uuid(identifier):
            return None
        task = TaskId(identifier.lower())
        return await self._ports.store.find_task(key.project.number, key.mode, task)

    async def _by_custom_id(self, key: Key, name: str, kind: str | None) -> Task | None:
        """Find the newest of that name."""
        where = TaskFilter(type=kind, metadata={CUSTOM_ID: name})
        store, project = self._ports.store, key.project.number
        found = await store.list_tasks(project, key.mode, where, None, 1)
        return found[0] if found else None

    async def _shown(self, task: Task | None, sort: Class | None = None) -> Response:
        if task is None or (sort is not None and task.type != sort.kind):
            raise NotFound("There is no such image.")
        image = await self._image(task)
        return Json(msgspec.json.encode(ImageShown(OneImage(image))))

    async def _image(self, task: Task) -> Image:
        processing = await self._is_with_models(task)
        return image_of(task, await self._about(task), processing=processing)

    async def _is_with_models(self, task: Task) -> bool:
        """Tell whether models alone have an image."""
        if task.type != PREDICTION.kind or task.status != "pending":
            return False
        return await models_alone(self._ports, task.project, task.id)

    async def _about(self, task: Task) -> About:
        if task.dialect == NAME:
            return about_own(task)
        now = await self._ports.store.task_now(task.project, task.id)
        if now is None:
            raise NotFound("There is no such image.")
        return about_other(task, now.question)


def _entries(given: Given) -> dict[str, str]:
    """What lists go by: the caller's metadata, and the caller's own id among it."""
    size = sum(len(name) + len(bytes(raw)) for name, raw in given.metadata.items())
    entries = filterable(given.metadata, size)
    return entries if given.custom_id is None else {**entries, CUSTOM_ID: given.custom_id}
