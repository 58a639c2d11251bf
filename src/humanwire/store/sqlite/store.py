"""The SQLite store, whole."""

from humanwire.store.sqlite.batches import Batches
from humanwire.store.sqlite.consultations import Consultations
from humanwire.store.sqlite.credits import Credits
from humanwire.store.sqlite.documents import Documents
from humanwire.store.sqlite.gauges import GaugeReadings
from humanwire.store.sqlite.history import History
from humanwire.store.sqlite.learning import Learning
from humanwire.store.sqlite.pages import Pages
from humanwire.store.sqlite.retention import Retention
from humanwire.store.sqlite.workflows import Workflows


class SqliteStore(
    GaugeReadings,
    History,
    Retention,
    Documents,
    Workflows,
    Batches,
    Credits,
    Learning,
    Pages,
    Consultations,
):
    """Every operation of `store.interface.Store` on one SQLite file."""
