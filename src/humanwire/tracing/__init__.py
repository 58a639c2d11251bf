"""Traces for OpenTelemetry: on when its standard variables say where to, else not even imported."""

import logging
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from humanwire.tracing.tracing import Tracing

log = logging.getLogger(__name__)

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")


def start_tracing(engine: str, environment: Mapping[str, str] = os.environ) -> "Tracing | None":
    """Begin to send traces, if the environment names a receiver; None if not, or if we cannot.

    `engine` is that of the store. Call it in the process that serves, after it has forked.
    """
    if not any(map(environment.get, _ENDPOINTS)) or _is_off(environment):
        return None
    protocol = next(filter(None, map(environment.get, _PROTOCOLS)), "http/protobuf")
    if protocol != "http/protobuf":
        log.warning("tracing_off", extra={"error": f"{protocol} is not spoken: use http/protobuf"})
        return None
    try:
        from humanwire.tracing.tracing import Tracing  # noqa: PLC0415
    except ImportError as error:
        log.warning("tracing_off", extra={"error": f"install humanwire[otel]: {error}"})
        return None
    return Tracing(engine)


def _is_off(environment: Mapping[str, str]) -> bool:
    disabled = environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    return disabled or environment.get("OTEL_TRACES_EXPORTER", "otlp").strip() == "none"
