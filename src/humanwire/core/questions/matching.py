"""Pairs the marks of one worker with those of another, each with one of its own."""

from collections.abc import Iterable


def pair_up(size: int, gaps: Iterable[tuple[float, int, int]]) -> list[int] | None:
    """Return the right one for each of `size` left ones; None if some would stay alone.

    `gaps` has `(gap, left, right)` for each two that may be paired. The closest are paired first
    and parted only where somebody would stay alone otherwise.
    """
    options: list[set[int]] = [set() for _ in range(size)]
    right_of = [-1] * size
    left_of = [-1] * size
    for _, left, right in sorted(gaps):
        options[left].add(right)
        if right_of[left] < 0 and left_of[right] < 0:
            right_of[left], left_of[right] = right, left
    for left in range(size):
        if right_of[left] < 0 and not _make_room(left, options, right_of, left_of):
            return None
    return right_of


def _make_room(
    lonely: int, options: list[set[int]], right_of: list[int], left_of: list[int]
) -> bool:
    """Pair one more left, moving others along a shortest augmenting path, if there is one."""
    unseen = set(range(len(left_of)))
    wanted_by: dict[int, int] = {}
    queue = [lonely]
    for left in queue:
        for right in options[left] & unseen:
            unseen.remove(right)
            wanted_by[right] = left
            if left_of[right] >= 0:
                queue.append(left_of[right])
                continue
            free = right
            while free >= 0:
                mover = wanted_by[free]
                left_of[free] = mover
                right_of[mover], free = free, right_of[mover]
            return True
    return False
