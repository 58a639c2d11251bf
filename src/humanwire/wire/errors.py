"""Refusals that only HTTP knows, and the status of every refusal."""

from humanwire.core import errors


class Unauthorized(errors.Refused):
    """No valid API key was sent."""

    code = "unauthorized"


class Forbidden(errors.Refused):
    """This is not allowed."""

    code = "forbidden"


class TooLarge(errors.Refused):
    """The body is too large."""

    code = "too_large"


class NoRoute(errors.Refused):
    """There is nothing at this address."""

    code = "not_found"


class WrongMethod(errors.Refused):
    """This address does not take this method."""

    code = "method_not_allowed"


class Broken(errors.Refused):
    """Something went wrong on our side."""

    code = "internal_error"


STATUS: dict[type[errors.Refused], int] = {
    errors.Invalid: 400,
    errors.InvalidAnswer: 422,
    errors.NotFound: 404,
    errors.Ended: 400,
    errors.LeaseGone: 409,
    errors.AlreadyAnswered: 409,
    errors.Conflict: 409,
    errors.CreditExceeded: 402,
    errors.FetchFailed: 502,
    errors.RateLimited: 429,
    errors.Unavailable: 503,
    Unauthorized: 401,
    Forbidden: 403,
    TooLarge: 413,
    NoRoute: 404,
    WrongMethod: 405,
    Broken: 500,
}


def status_of(error: errors.Refused) -> int:
    """The HTTP status of a refusal; a subclass that is not listed has its parent's."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def headers_of(error: errors.Refused) -> dict[str, str]:
    """The headers that go with a refusal."""
    retry_after = getattr(error, "retry_after", None)
    return {} if retry_after is None else {"retry-after": str(retry_after)}
