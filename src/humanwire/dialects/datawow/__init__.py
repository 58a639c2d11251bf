"""DataWow: images for people to judge, put into words or tag, as programs written for it speak."""

from humanwire.dialects.datawow.dialect import DataWowDialect
from humanwire.dialects.datawow.openapi import datawow_openapi
from humanwire.dialects.datawow.routes import PREFIX, datawow_surface
from humanwire.dialects.datawow.shown import NAME

__all__ = ["NAME", "PREFIX", "DataWowDialect", "datawow_openapi", "datawow_surface"]
