"""Times as they are shown: kept as milliseconds since the epoch, written in ISO 8601."""

from datetime import UTC, datetime


def iso(milliseconds: int) -> str:
    """Write a time as ISO 8601, UTC, with milliseconds."""
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{milliseconds % 1000:03d}Z"
