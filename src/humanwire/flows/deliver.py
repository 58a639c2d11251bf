"""Deliver: send a callback with no transaction open, then record what came of it."""

from humanwire.core import delivery as decide
from humanwire.core.delivery import Delivered, Failed, Outcome, Prepared, RetryAt
from humanwire.core.signing import sign
from humanwire.flows.ports import BatchDialect, Ports, Sender
from humanwire.flows.tally import TRIED
from humanwire.store.deliveries import Attempt, AttemptResult, DueDelivery
from humanwire.store.filing import BatchProgress
from humanwire.store.records import Task

PATIENCE_MS = 5 * 86_400_000
"""An address that has failed for this long is given up until somebody resends."""
DISABLED = "endpoint_disabled"


async def deliver(ports: Ports, sender: Sender, due: DueDelivery) -> AttemptResult:
    """Make one attempt at a claimed delivery and record it."""
    if due.disabled:
        result = _result(ports, due, Failed(DISABLED), None)
    else:
        started = ports.clock()
        outcome = await sender.send(prepare(ports, due))
        tried = Attempt(
            time=started, status=outcome.status, error=outcome.error, ms=outcome.milliseconds
        )
        result = _result(ports, due, _follow(ports, due, outcome), tried)
    await ports.store.attempted(result)
    ports.tally.attempts[result.project, TRIED[result.state]] += 1
    return result


def prepare(ports: Ports, due: DueDelivery) -> Prepared:
    """Put the ended task or batch into its dialect's shape and sign it."""
    match due.about, ports.dialects[due.dialect]:
        case Task() as task, dialect:
            callback = dialect.callback(task, due.url)
        case BatchProgress() as batch, BatchDialect() as dialect:
            callback = dialect.batch_callback(batch, due.url)
        case _:
            raise LookupError(due.dialect)
    now = ports.clock()
    secrets = due.project.signing_secrets(now)
    signed = sign(secrets, due.id, now // 1000, callback.body)
    kind = callback.content_type
    headers = signed if kind is None else {"content-type": kind, **signed}
    return Prepared(callback.method, callback.url, headers, callback.body)


def _follow(ports: Ports, due: DueDelivery, outcome: Outcome) -> decide.Step:
    schedule = ports.dialects[due.dialect].schedule
    jitter = int.from_bytes(ports.entropy(4), "big") / 0xFFFFFFFF
    now = ports.clock()
    step = decide.next_step(schedule, due.tries + 1, outcome, now, jitter)
    if isinstance(step, RetryAt) and _given_up(due, now):
        return Failed(DISABLED)
    return step


def _given_up(due: DueDelivery, now: int) -> bool:
    return due.failing_since is not None and now - due.failing_since >= PATIENCE_MS


def _result(
    ports: Ports, due: DueDelivery, step: decide.Step, tried: Attempt | None
) -> AttemptResult:
    match step:
        case Delivered():
            state, reason, next_attempt = "delivered", None, None
        case RetryAt(at):
            state, reason, next_attempt = "pending", None, at
        case Failed(reason):
            state, next_attempt = "failed", None
    now = ports.clock()
    return AttemptResult(
        project=due.project.number,
        delivery=due.id,
        now=now,
        state=state,
        attempt=tried,
        reason=reason,
        next_attempt=next_attempt,
        disables=state == "failed" and _given_up(due, now),
    )
