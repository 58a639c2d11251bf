"""What is raised when there is no result, as there is for every reply of the server's.

KSequencingError
├── Unreachable       no reply came, also not after the repetitions
│   └── TimedOut      none within the time-out
└── BadReply          what came is not the server's: another address, perhaps
"""


class KSequencingError(Exception):
    """There is no result."""


class Unreachable(KSequencingError):
    """The server could not be reached, or the line broke before its reply."""


class TimedOut(Unreachable):
    """The server did not reply in time."""


class BadReply(KSequencingError):
    """The reply is not one of a DataWow API."""
