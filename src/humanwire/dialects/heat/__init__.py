"""Heat: the protocol that is also our own. Its document is the contract, `wire.py` its shapes."""

from humanwire.dialects.heat.auth import heat_key
from humanwire.dialects.heat.dialect import HeatDialect
from humanwire.dialects.heat.errors import heat_shape
from humanwire.dialects.heat.openapi import heat_openapi
from humanwire.dialects.heat.routes import heat_surface

__all__ = ["HeatDialect", "heat_key", "heat_openapi", "heat_shape", "heat_surface"]
