"""The SQLite store, whole."""

from humanwire.store.sqlite.deliveries import Deliveries
from humanwire.store.sqlite.work import Work


class SqliteStore(Deliveries, Work):
    """Every operation of `store.interface.Store` on one SQLite file."""
