"""Playment's protocols: feed lines (v0) and jobs (v1), as programs written for it speak them."""

from humanwire.dialects.playment.openapi import playment_openapi
from humanwire.dialects.playment.surface import playment_surface
from humanwire.dialects.playment.v1.dialect import NAME as JOBS
from humanwire.dialects.playment.v1.dialect import JobsDialect
from humanwire.dialects.playment.v1.routes import PREFIXES

__all__ = ["JOBS", "PREFIXES", "JobsDialect", "playment_openapi", "playment_surface"]
