"""The SQLite store, whole."""

from humanwire.store.sqlite.documents import Documents
from humanwire.store.sqlite.gauges import GaugeReadings
from humanwire.store.sqlite.retention import Retention
from humanwire.store.sqlite.work import Work


class SqliteStore(GaugeReadings, Work, Retention, Documents):
    """Every operation of `store.interface.Store` on one SQLite file."""
