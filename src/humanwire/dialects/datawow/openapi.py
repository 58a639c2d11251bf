"""Describes DataWow's paths in OpenAPI 3.1; replies' schemas come from their types."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, get_args

import msgspec

from humanwire.core.questions import Flavour
from humanwire.core.questions.choice import VERDICTS
from humanwire.dialects.datawow.classes import CHOICE, CLASSES, PREDICTION, Class
from humanwire.dialects.datawow.examples import ANSWERS, EXAMPLES
from humanwire.dialects.datawow.pages import PER_PAGE, PER_PAGE_MOST
from humanwire.dialects.datawow.routes import BASES
from humanwire.dialects.datawow.wire import IMAGES, ImageMeta, Method, PageMeta

Part: TypeAlias = dict[str, object]


def _object(**required: object) -> Part:
    return {"type": "object", "properties": required, "required": list(required)}


_WAY = "DataWowKey"
_REFUSED = {
    400: "The request is not valid; the message begins with the field at fault.",
    401: "No valid key was sent.",
    403: "The project is suspended.",
    404: "There is no such image.",
    409: "The idempotency key was used with another body.",
    413: "The body is too large.",
    429: "Too many requests; wait as long as Retry-After says.",
    503: "Try again as soon as Retry-After says.",
}
_ALWAYS = (400, 401, 403, 429, 503)
_TEXT: Part = {"type": "string"}
_ADDRESS: Part = {"type": "string", "format": "uri", "maxLength": 2048}
_FLAG: Part = {
    "type": ["boolean", "string", "integer"],
    "description": "true, false, 1 or 0; false if it is not given.",
}
_WHOLE: Part = {"type": ["integer", "string"]}
_BOX: Part = {
    "type": "object",
    "properties": {"tag": _TEXT, **{name: {"type": "integer"} for name in "xywh"}},
    "required": ["tag", "x", "y", "w", "h"],
    "description": "In pixels of the picture.",
}
_SHARE: Part = {"type": "number", "minimum": 0, "maximum": 1}
_FACE: Part = {
    "type": "object",
    "properties": {
        "age": {"type": "number"},
        "age_prob": _SHARE,
        "gender": _TEXT,
        "gender_prob": _SHARE,
        "positions": {
            "type": "object",
            "properties": {name: {"type": "number"} for name in "xywh"},
        },
    },
}
_FACES: Part = {"type": "array", "items": _FACE}
_FIELDS: Mapping[str, Part] = {
    "data": {**_TEXT, "description": "A picture's URL; other text is shown as it is."},
    "instruction": {**_TEXT, "description": "What people are to do."},
    "categories": {
        "anyOf": [{"type": "array", "items": _TEXT, "minItems": 1}, _TEXT],
        "description": "What can be picked; one text is split at white space and commas.",
    },
    "multiple": _FLAG,
    "allow_empty": _FLAG,
    "postback_url": {**_ADDRESS, "description": "Where the processed image is sent."},
    "postback_method": {**_TEXT, "description": f"One of {', '.join(get_args(Method))}: POST."},
    "custom_id": {"type": ["string", "integer"], "description": "Yours; the newest is found."},
    "staff_id": {**_WHOLE, "description": "The number of the worker who alone gets it."},
    "prediction": {"enum": list(get_args(Flavour)), "description": "The project's if not given."},
    "metadata": {
        "type": ["object", "string"],
        "description": "Yours: kept, and listed by. In a form, a JSON object as text.",
    },
}
_OF_CLASS = {
    "categories": (CHOICE,),
    "multiple": (CHOICE,),
    "allow_empty": (CHOICE,),
    "prediction": (PREDICTION,),
}
"""Fields that not every class has."""
_ANSWERS: Mapping[str, Part] = {
    "choice": {"type": "array", "items": _TEXT},
    "closed-question": {"enum": [*VERDICTS, None]},
    "message": {"type": ["string", "null"]},
    "photo-tag": {"type": "array", "items": _BOX},
    "prediction": {
        "oneOf": [{"enum": [*VERDICTS, None]}, _object(sexual=_SHARE), _object(result=_FACES)]
    },
}


def datawow_openapi() -> Part:
    """Return the part of the document that is DataWow's."""
    paths = {
        f"{base}/{path}": {
            method: {
                **described,
                "operationId": f"{described['operationId']}{base.replace('/', '-')}",
            }
            for method, described in methods.items()
        }
        for base in BASES
        for path, methods in _paths().items()
    }
    way: Part = {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "The key alone, without a scheme.",
    }
    return {
        "paths": paths,
        "components": {"securitySchemes": {_WAY: way}, "schemas": _schemas()},
    }


def _paths() -> dict[str, dict[str, Part]]:
    paths: dict[str, dict[str, Part]] = {}
    for sort in CLASSES:
        paths[sort.many] = {"post": _create(sort), "get": _list(sort)}
        paths[sort.one] = {"get": _named(sort)}
    any_of_them: Part = {"anyOf": [_reference(each.image.__name__) for each in CLASSES]}
    paths["projects/images/{id}"] = {"get": _by_id("an image of any class", "", any_of_them)}
    paths[f"{PREDICTION.many}/{{id}}"] = {
        "get": _by_id("a prediction", "-prediction", _reference(PREDICTION.image.__name__))
    }
    return paths


def _by_id(what: str, name: str, image: Part) -> Part:
    return _operation(
        f"Read {what} by its id, or else by its custom id",
        f"datawow-read{name}",
        reply=_reply(_object(image=image)),
        parameters=[{"name": "id", "in": "path", "required": True, "schema": _TEXT}],
        refusals=(404,),
    )


def _create(sort: Class) -> Part:
    content: Part = {"schema": _reference(_new(sort)), "example": EXAMPLES[sort.name]}
    described = _operation(
        f"Send an image: {sort.name}",
        f"datawow-create-{sort.name}",
        reply=_reply(_reference(sort.image.__name__)),
        parameters=[_idempotency()],
        refusals=(409, 413),
    )
    media = ("application/json", "application/x-www-form-urlencoded")
    body: Part = {"required": True, "content": dict.fromkeys(media, content)}
    return {**described, "requestBody": body}


def _list(sort: Class) -> Part:
    images: Part = {"type": "array", "items": _reference(sort.image.__name__)}
    return _operation(
        f"List images, the newest first: {sort.name}",
        f"datawow-list-{sort.name}",
        reply=_reply(_object(images=images), PageMeta),
        parameters=[
            _query("page", _WHOLE, "0 and 1 are the first."),
            _query("per_page", _WHOLE, f"{PER_PAGE} if not given; 1 to {PER_PAGE_MOST}."),
        ],
    )


def _named(sort: Class) -> Part:
    return _operation(
        f"Read an image by its id or custom id: {sort.name}",
        f"datawow-find-{sort.name}",
        reply=_reply(_object(image=_reference(sort.image.__name__))),
        parameters=[
            _query("id", _TEXT, "The image's id; it wins over a custom id."),
            _query("custom_id", _TEXT, "Yours; the newest image that has it."),
        ],
        refusals=(404,),
    )


def _operation(
    summary: str,
    name: str,
    *,
    reply: Part,
    parameters: Sequence[Part],
    refusals: Sequence[int] = (),
) -> Part:
    replies: Part = {"200": {"description": "OK", "content": _content(reply)}}
    for status in sorted({*refusals, *_ALWAYS}):
        said = _content(_reference("DataWowError"))
        replies[str(status)] = {"description": _REFUSED[status], "content": said}
    return {
        "summary": summary,
        "operationId": name,
        "security": [{_WAY: []}],
        "parameters": list(parameters),
        "responses": replies,
    }


def _schemas() -> Part:
    types = (*IMAGES, ImageMeta, PageMeta)
    found: dict[str, Any] = msgspec.json.schema_components(
        types, ref_template="#/components/schemas/{name}"
    )[1]
    for sort in CLASSES:
        found[sort.image.__name__]["properties"]["answer"] = _ANSWERS[sort.name]
        found[sort.image.__name__]["examples"] = [{"answer": ANSWERS[sort.name]}]
        names = [name for name in _FIELDS if sort in _OF_CLASS.get(name, CLASSES)]
        found[_new(sort)] = {
            "type": "object",
            "properties": {name: _FIELDS[name] for name in names},
            "required": list(sort.required),
        }
    error = _object(data={"type": "null"}, meta=_object(code={"type": "integer"}, message=_TEXT))
    return {**found, "DataWowError": error}


def _new(sort: Class) -> str:
    return f"New{sort.image.__name__}"


def _reply(data: Part, meta: type = ImageMeta) -> Part:
    return _object(data=data, meta=_reference(meta.__name__))


def _content(schema: Part) -> Part:
    return {"application/json": {"schema": schema}}


def _reference(name: str) -> Part:
    return {"$ref": f"#/components/schemas/{name}"}


def _query(name: str, schema: Part, description: str) -> Part:
    return {"name": name, "in": "query", "schema": schema, "description": description}


def _idempotency() -> Part:
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        "description": "Yours: the same key and body within a day gives the first reply again.",
    }
