"""Playment's application: the routes of both versions, with one error shape."""

from humanwire.dialects.playment.desk import Desk
from humanwire.dialects.playment.errors import playment_shape
from humanwire.dialects.playment.v1.routes import v1_routes
from humanwire.flows.ports import Ports
from humanwire.wire.keys import Keys
from humanwire.wire.surface import Surface


def playment_surface(ports: Ports, keys: Keys) -> Surface:
    """Make the application that speaks Playment."""
    return Surface(v1_routes(Desk(ports, keys)), playment_shape)
