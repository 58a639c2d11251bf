"""What a server must say about itself to be measured beside another one.

A contender makes requests and reads replies; the load comes from one and the same driver.
"""

from typing import Protocol

INSTRUCTION = "Does the image contain violent content? Look at the whole picture."
IMAGE = "https://pictures.example.com/2026/11/22/qRWH5-large.jpg"
CHOICES = ("no violence", "mild violence", "intense violence")
METADATA = {"campaign": "autumn-2026", "row": 48213}
SECONDS = 2.5
"""How long the annotator says that the answer took."""


class Contender(Protocol):
    """A server that runs, with a project and annotators in it.

    The methods give whole requests, as a program would send them; `annotator` counts from nothing.
    """

    @property
    def name(self) -> str: ...

    @property
    def port(self) -> int: ...

    def create(self) -> bytes:
        """Ask for one task to be done."""
        ...

    def next_task(self, annotator: int) -> bytes:
        """Ask for the next task to do."""
        ...

    def handle(self, reply: bytes) -> str:
        """Read from the reply to `next_task` what the answer has to name."""
        ...

    def submit(self, annotator: int, handle: str) -> bytes:
        """Hand an answer in."""
        ...

    def fill(self, rows: int) -> bytes:
        """Ask for many tasks that the annotators shall do."""
        ...

    def load(self, rows: int) -> bytes:
        """Ask for many tasks at once, where it is timed."""
        ...
