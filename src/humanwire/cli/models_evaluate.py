"""`humanwire models evaluate`: a model against pictures that the operator has labelled."""

import asyncio
import csv
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import click

from humanwire.cli import options
from humanwire.cli.console import Reply, show, table
from humanwire.core.errors import Invalid
from humanwire.core.model import Abstention, Item, Opinion
from humanwire.core.questions import Attachment, Choice
from humanwire.core.questions.choice import VERDICTS
from humanwire.models.address import parse_address
from humanwire.models.backend import Trouble
from humanwire.models.evaluation import Evaluation, Judged, Share, evaluate
from humanwire.models.evaluation_plot import calibration_svg
from humanwire.models.media import PICTURE_BYTES
from humanwire.models.plugin import Case
from humanwire.models.reach import reach
from humanwire.models.seat import Seat

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_PORTION = 64
_HUNDRED = 100
_STANDARD = "standard"


class Labels:
    """The pictures of a folder, and what a file says of each."""

    def __init__(self, folder: Path, file: Path) -> None:
        self.folder = folder.resolve()
        self.rows = list(self._read(file))
        if not self.rows:
            raise Invalid("There are no labels in it.", field="labels")

    def _read(self, file: Path) -> Sequence[tuple[str, str]]:
        try:
            with file.open(encoding="utf-8-sig", newline="") as lines:
                return [self._row(row, number + 1) for number, row in enumerate(csv.reader(lines))
                        if row and (number or row[0] != "file")]  # fmt: skip
        except (UnicodeDecodeError, csv.Error) as error:
            raise Invalid(f"It is no CSV file in UTF-8: {error}", field="labels") from None

    def _row(self, row: list[str], line: int) -> tuple[str, str]:
        fields = [each.strip() for each in row]
        if len(fields) != len(("file", "label")) or not all(fields):
            raise Invalid(f"Line {line} is not a file's name and a label.", field="labels")
        path = (self.folder / fields[0]).resolve()
        if not path.is_relative_to(self.folder) or not path.is_file():
            raise Invalid(f"Line {line}: the folder has no {fields[0]!r}.", field="labels")
        return fields[0], fields[1]


@click.command(name="evaluate")
@click.option("--model", required=True, metavar="MODEL", help="As for `serve`.")
@click.option("--instruction", default="", help="The question, for models that take any.")
@click.option("--price", type=click.FloatRange(min=0), default=1.0, show_default=True,
              help="Of a person's answer.")  # fmt: skip
@click.option(
    "--plot", type=click.Path(dir_okay=False, path_type=Path), help="Write the calibration as SVG."
)
@options.as_json
@click.argument("folder", type=_FOLDER)
@click.argument("labels", type=_FILE)
def evaluate_model(
    *,
    model: str,
    instruction: str,
    price: float,
    plot: Path | None,
    as_json: bool,
    folder: Path,
    labels: Path,
) -> None:
    """Show a model the pictures of FOLDER, and compare it with LABELS (CSV: file, label).

    A model of the standard criteria is asked to approve or decline; another one, which of the
    labels fits. All of it is about your pictures and labels, and says nothing of others.
    """
    material = Labels(folder, labels)
    found = evaluate(asyncio.run(_ask(model, material, instruction)), price)
    if plot is not None:
        count = f"{found.answered} of {found.pictures} pictures answered"
        plot.write_text(calibration_svg(found.calibration, f"{model}: {count}"), encoding="utf-8")
    show(Reply(found, _text(found)), as_json=as_json)


async def _ask(model: str, material: Labels, instruction: str) -> list[Judged]:
    address = parse_address(model)
    backend = reach(address)
    seat = Seat(address.name, backend, _case_from(material.folder))
    try:
        await seat.look()
        capability = seat.capability
        if capability is None or seat.health().state != "ready":
            raise Invalid(f"{address.name} cannot be asked: {seat.health().trouble}", field="model")
        flavour = _STANDARD if _STANDARD in capability.flavours else None
        if not capability.covers("choice", flavour):
            raise Invalid("It answers nothing that a label could be compared with.", field="model")
        choices = VERDICTS if flavour else tuple(sorted({label for _, label in material.rows}))
        if unknown := {label for _, label in material.rows} - set(choices):
            raise Invalid(f"{min(unknown)!r} is none of {', '.join(choices)}.", field="labels")
        judged: list[Judged] = []
        for start in range(0, len(material.rows), _PORTION):
            rows = material.rows[start : start + _PORTION]
            items = [Item(_question(name, choices, instruction), flavour) for name, _ in rows]
            opinions = await seat.ask(items)
            judged += [
                _judged(label, each) for (_, label), each in zip(rows, opinions, strict=True)
            ]
        return judged
    finally:
        await seat.close()


def _case_from(folder: Path) -> Callable[[Item], Awaitable[Case]]:
    async def case(item: Item) -> Case:
        path = folder / item.question.attachments[0].value
        if path.stat().st_size > PICTURE_BYTES:
            raise Trouble("media_too_large")
        return Case(item, (await asyncio.to_thread(path.read_bytes),))

    return case


def _question(name: str, choices: tuple[str, ...], instruction: str) -> Choice:
    return Choice(
        instruction=instruction or "Which label fits the picture?",
        attachments=(Attachment("image", name),),
        choices=choices,
        max=1,
    )


def _judged(label: str, opinion: Opinion) -> Judged:
    if isinstance(opinion, Abstention):
        return Judged(label, None, reason=opinion.reason)
    said = opinion.response
    return Judged(
        label, str(said[0]) if isinstance(said, list) and said else "", opinion.confidence
    )


def _text(found: Evaluation) -> str:
    parts = [
        (
            f"{found.pictures} pictures, {found.answered} answered. Right of those: "
            f"{_share(found.accuracy)}"
        ),
    ]
    if found.abstained:
        parts.append(table(("ABSTAINED", "PICTURES"), list(found.abstained.items())))
    said = sorted({each for row in found.confusion.values() for each in row})
    rows = [(label, *(row.get(each, 0) for each in said)) for label, row in found.confusion.items()]
    parts.append(table(("LABEL \\ SAID", *said), rows))
    bins = [
        (
            f"{each.low:.1f}-{each.high:.1f}",
            each.right.of,
            _percent(each.claimed),
            _share(each.right),
        )
        for each in found.calibration
    ]
    parts.append(table(("CONFIDENCE", "PICTURES", "CLAIMED", "RIGHT"), bins))
    if found.calibration_error is not None:
        parts.append(f"Claims are off by {_percent(found.calibration_error)} on average.")
    costs = [
        (
            f"{each.confidence:g}",
            _percent(each.to_people),
            _share(each.errors),
            f"{each.people_cost:g}",
        )
        for each in found.hand_over
    ]
    parts.append(table(("THRESHOLD", "TO PEOPLE", "ERRORS OF THE MODEL'S", "PEOPLE'S COST"), costs))
    return "\n\n".join(parts)


def _share(found: Share) -> str:
    if found.share is None:
        return "nothing to go by"
    return f"{_percent(found.share)} ({_percent(found.low)} to {_percent(found.high)})"


def _percent(part: float) -> str:
    return f"{part * _HUNDRED:.1f} %"
