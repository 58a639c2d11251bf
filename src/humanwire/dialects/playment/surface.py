"""Playment's application: the routes of both versions, with one error shape."""

from humanwire.dialects.playment.desk import Desk
from humanwire.dialects.playment.errors import playment_shape
from humanwire.dialects.playment.v0.routes import v0_routes
from humanwire.dialects.playment.v1.routes import PREFIXES as JOB_PREFIXES
from humanwire.dialects.playment.v1.routes import v1_routes
from humanwire.flows.ports import Ports
from humanwire.wire.keys import Keys
from humanwire.wire.surface import Surface

PREFIXES = ("/v0/", *JOB_PREFIXES)
"""Where Playment's paths begin."""


def playment_surface(ports: Ports, keys: Keys) -> Surface:
    """Make the application that speaks Playment."""
    desk = Desk(ports, keys)
    return Surface([*v0_routes(desk), *v1_routes(desk)], playment_shape)
