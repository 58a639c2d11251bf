"""The SQLite store, whole."""

from humanwire.store.sqlite.documents import Documents
from humanwire.store.sqlite.gauges import GaugeReadings
from humanwire.store.sqlite.history import History
from humanwire.store.sqlite.retention import Retention


class SqliteStore(GaugeReadings, History, Retention, Documents):
    """Every operation of `store.interface.Store` on one SQLite file."""
