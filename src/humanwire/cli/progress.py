"""Shows how far a long command has come: a bar on a terminal, a line for each step elsewhere."""

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import click


@contextmanager
def progress(length: int | None) -> Generator[Callable[[str, int], None]]:
    """Give a function to call with a step's name and how much of `length` more is done.

    What is shown goes to standard error. Without a length there is no bar.
    """
    if length is not None and sys.stderr.isatty():
        # click names the type of a bar's items by what it goes over, and this one goes over none.
        make_bar: Any = click.progressbar
        with make_bar(length=length, file=sys.stderr, item_show_func=_shown) as bar:
            yield lambda step, more: bar.update(more, step)
        return
    lines = _Lines()
    yield lines.add
    lines.end()


def _shown(step: str | None) -> str | None:
    return step


class _Lines:
    def __init__(self) -> None:
        self._step = ""
        self._done = 0

    def add(self, step: str, more: int) -> None:
        if step != self._step:
            self.end()
            self._step, self._done = step, 0
        self._done += more

    def end(self) -> None:
        if self._step:
            click.echo(f"{self._step}: {self._done}", err=True)
