"""The PostgreSQL store, whole."""

from humanwire.store.postgres.consultations import Consultations
from humanwire.store.postgres.credits import Credits
from humanwire.store.postgres.deliveries import Deliveries
from humanwire.store.postgres.documents import Documents
from humanwire.store.postgres.gauges import GaugeReadings
from humanwire.store.postgres.history import History
from humanwire.store.postgres.learning import Learning
from humanwire.store.postgres.nodes import Nodes
from humanwire.store.postgres.pages import Pages
from humanwire.store.postgres.retention import Retention
from humanwire.store.postgres.work import Work
from humanwire.store.postgres.workflows import Workflows


class PostgresStore(
    GaugeReadings,
    Nodes,
    Deliveries,
    Work,
    History,
    Retention,
    Documents,
    Workflows,
    Credits,
    Learning,
    Pages,
    Consultations,
):
    """Every operation of `store.interface.Store` on one PostgreSQL database."""
