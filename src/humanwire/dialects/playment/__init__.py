"""Playment's protocols: feed lines (v0) and jobs (v1), as programs written for it speak them."""

from humanwire.dialects.playment.openapi import playment_openapi
from humanwire.dialects.playment.surface import PREFIXES, playment_surface
from humanwire.dialects.playment.v0.dialect import NAME as FEED_LINE
from humanwire.dialects.playment.v0.dialect import FeedLineDialect
from humanwire.dialects.playment.v1.dialect import NAME as JOBS
from humanwire.dialects.playment.v1.dialect import JobsDialect

__all__ = [
    "FEED_LINE",
    "JOBS",
    "PREFIXES",
    "FeedLineDialect",
    "JobsDialect",
    "playment_openapi",
    "playment_surface",
]
