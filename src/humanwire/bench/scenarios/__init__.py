"""One module for each thing that is measured; `SCENARIOS` names them."""

from collections.abc import Callable, Coroutine, Mapping

from humanwire.bench.figures import Report
from humanwire.bench.plan import Plan
from humanwire.bench.scenarios.blocked import blocked
from humanwire.bench.scenarios.bulk import bulk
from humanwire.bench.scenarios.create import create
from humanwire.bench.scenarios.events import events
from humanwire.bench.scenarios.export import export
from humanwire.bench.scenarios.feed_line import feed_line
from humanwire.bench.scenarios.jobs import jobs
from humanwire.bench.scenarios.lifecycle import lifecycle
from humanwire.bench.scenarios.listing import listing
from humanwire.bench.scenarios.models import models
from humanwire.bench.scenarios.work import answer, claim

SCENARIOS: Mapping[str, Callable[[Plan], Coroutine[None, None, Report]]] = {
    "create": create,
    "feed-line": feed_line,
    "claim": claim,
    "answer": answer,
    "lifecycle": lifecycle,
    "blocked": blocked,
    "bulk": bulk,
    "list": listing,
    "events": events,
    "export": export,
    "jobs": jobs,
    "models": models,
}
USUAL = tuple(name for name in SCENARIOS if name != "models")
"""Those that need nothing but the program itself."""
