"""One module for each thing that is measured; `SCENARIOS` names them."""

from collections.abc import Callable, Coroutine, Mapping

from humanwire.bench.figures import Report
from humanwire.bench.scenarios.blocked import blocked
from humanwire.bench.scenarios.bulk import bulk
from humanwire.bench.scenarios.create import create
from humanwire.bench.scenarios.lifecycle import lifecycle
from humanwire.bench.scenarios.work import answer, claim
from humanwire.bench.setting import Plan

SCENARIOS: Mapping[str, Callable[[Plan], Coroutine[None, None, Report]]] = {
    "create": create,
    "claim": claim,
    "answer": answer,
    "lifecycle": lifecycle,
    "blocked": blocked,
    "bulk": bulk,
}
