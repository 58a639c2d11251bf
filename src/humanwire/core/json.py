"""The JSON values that questions, answers and callers' fields are made of."""

from typing import TypeAlias

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None
