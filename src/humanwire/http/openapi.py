"""The OpenAPI document: the native API's part, with the worker's and the operator's beside it."""

from collections.abc import Mapping

from humanwire import __version__


def openapi(native: Mapping[str, object]) -> dict[str, object]:
    """Put the document together around the native API's part."""
    return {**native, "info": {"title": "humanwire", "version": __version__}}
