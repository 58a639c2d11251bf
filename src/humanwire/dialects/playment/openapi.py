"""Describes Playment's paths in OpenAPI 3.1, both versions."""

from humanwire.dialects.playment.openapi_parts import ERROR, WAYS, Part, with_path
from humanwire.dialects.playment.v0.openapi import v0_paths, v0_schemas
from humanwire.dialects.playment.v1.openapi import v1_paths, v1_schemas


def playment_openapi() -> Part:
    """Return the part of the document that is Playment's."""
    paths = {
        path: {method: with_path(path, described) for method, described in methods.items()}
        for path, methods in {**v0_paths(), **v1_paths()}.items()
    }
    return {
        "paths": paths,
        "components": {
            "securitySchemes": WAYS,
            "schemas": {**v0_schemas(), **v1_schemas(), "PlaymentError": ERROR},
        },
    }
