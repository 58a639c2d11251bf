"""What can be refused. A class's docstring is its message; `code` and `field` are for the wire.

Refused
├── Invalid              the request itself is wrong (names the field)
│   └── InvalidAnswer    a worker's answer does not fit its question
├── NotFound             no such thing for this caller
├── Ended                the task has ended and stays as it is
├── LeaseGone            the worker no longer holds the task (has a `reason`)
├── AlreadyAnswered      another answer by this worker is on record
├── Conflict             the same idempotency key came with another body
│   ├── DuplicateReference  the reference is another task's, for ever
│   ├── BatchClosed      the batch takes no more tasks
│   └── CreditExceeded   the project's credit does not cover it
├── RateLimited          too many requests; try again later (has `retry_after`)
└── Unavailable          storage cannot take the work now; try again (has `retry_after`)
"""

from typing import ClassVar


class Refused(Exception):
    """The request was refused."""

    code: ClassVar[str] = "refused"

    def __init__(self, message: str = "", *, field: str | None = None) -> None:
        self.message = message or (type(self).__doc__ or "").strip().splitlines()[0]
        self.field = field
        super().__init__(self.message)


class Invalid(Refused):
    """The request is not valid."""

    code = "invalid"


class InvalidAnswer(Invalid):
    """The answer does not fit the question."""

    code = "invalid_answer"


class NotFound(Refused):
    """There is no such resource."""

    code = "not_found"


class Ended(Refused):
    """The request has already ended."""

    code = "already_ended"


class LeaseGone(Refused):
    """The task is no longer assigned to you."""

    code = "lease_gone"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__()


class AlreadyAnswered(Refused):
    """You have already answered this task differently."""

    code = "already_answered"


class Conflict(Refused):
    """The idempotency key was used with another body."""

    code = "idempotency_conflict"


class DuplicateReference(Conflict):
    """The reference was used before."""

    code = "duplicate_reference"


class BatchClosed(Conflict):
    """The batch is closed: it takes no more requests."""

    code = "batch_closed"


class CreditExceeded(Conflict):
    """The project's credit does not cover this request."""

    code = "credit_exceeded"


class FetchFailed(Refused):
    """The attachment cannot be loaded.

    `reason` is a DeliveryError, or one of `status_404` (any status but 200 and 206),
    `too_many_redirects`, `not_media`, `too_large`.
    """

    code = "media_unavailable"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"The attachment cannot be loaded: {reason}.")


class RateLimited(Refused):
    """Too many requests: try again as soon as Retry-After says."""

    code = "rate_limited"

    def __init__(self, *, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__()


class Unavailable(Refused):
    """The service cannot store anything at the moment; try again."""

    code = "unavailable"

    def __init__(self, message: str = "", *, retry_after: int = 1) -> None:
        self.retry_after = retry_after
        super().__init__(message)
