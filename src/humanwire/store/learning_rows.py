"""What is learned of models as rows: the same columns in the same order on every engine."""

import msgspec

from humanwire.core.handover import Learned, Sort
from humanwire.store.learning import Standing
from humanwire.store.rows import Row

_learned = msgspec.json.Decoder(Learned)
_encoder = msgspec.json.Encoder()


def standing(row: Row) -> Standing:
    *sort, revision, text = row
    return Standing(Sort(*sort), _learned.decode(text), revision)


def of_sort(sort: Sort) -> Row:
    """A sort's part of the key, without its project."""
    return (sort.model, sort.version, sort.workflow, sort.flavour)


def of_learned(learned: Learned) -> str:
    return _encoder.encode(learned).decode()
