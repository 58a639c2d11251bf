"""A circuit breaker: a model that keeps failing is left alone for a while, then tried once."""


class Breaker:
    """Decides by the time it is given, in seconds.

    After `failures` in a row it rests for `rest` seconds, doubled with each failed trial up to
    `longest`. One success closes it.
    """

    def __init__(self, *, failures: int = 3, rest: float = 5.0, longest: float = 300.0) -> None:
        self._most = failures
        self._first_rest = rest
        self._longest = longest
        self._failures = 0
        self._rest = rest
        self._until: float | None = None

    def resting(self, now: float) -> bool:
        """Tell whether the model must not be asked now. The first who may after a rest tries it."""
        if self._until is None:
            return False
        if now < self._until:
            return True
        self._until = now + self._rest  # for those who come while the trial is under way
        return False

    @property
    def closed(self) -> bool:
        """Whether nothing is wrong."""
        return self._until is None

    def succeeded(self) -> None:
        """Note an answer."""
        self._failures = 0
        self._rest = self._first_rest
        self._until = None

    def failed(self, now: float) -> None:
        """Note a failure, also one by time-out."""
        self._failures += 1
        if self._failures < self._most:
            return
        if self._until is not None:
            self._rest = min(self._longest, 2 * self._rest)
        self._until = now + self._rest
