"""Pages: which of them a caller asks for, and what is said of where it stands."""

from humanwire.dialects.datawow.wire import PageMeta

PER_PAGE, PER_PAGE_MOST = 20, 100
NONE = -1
"""The number of a page that is not there."""


def window(page: int | None, per_page: int | None) -> tuple[int, int]:
    """Return the number of the page, the first being 1, and its size."""
    size = PER_PAGE if per_page is None else min(max(per_page, 1), PER_PAGE_MOST)
    return max(page or 1, 1), size


def page_of(number: int, size: int, total: int) -> PageMeta:
    """Say where a page stands among all."""
    pages = -(-total // size)
    before = min(number - 1, pages)
    return PageMeta(
        current_page=number,
        next_page=number + 1 if number < pages else NONE,
        prev_page=before or NONE,
        total_count=total,
        total_pages=pages,
    )
