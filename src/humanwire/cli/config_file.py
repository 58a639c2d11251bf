"""The settings file: TOML, whose plain settings hold for every command that takes them.

A table holds settings of the command of that name alone: `[serve]`, `[projects.create]`.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias, cast

import click

DEFAULT_FILE = "humanwire.toml"
_TAKES_ALL = "serve"
"""The command that takes every plain setting."""

Settings: TypeAlias = dict[str, Any]


def load(ctx: click.Context, path: Path | None) -> Settings:
    """Read the file into click's default map. Raises click.UsageError for an unknown setting.

    Without a path the file of the current folder is read, if there is one.
    """
    if path is None and not (path := Path(DEFAULT_FILE)).is_file():
        return {}
    try:
        found = _named(tomllib.loads(path.read_text(encoding="utf-8")))
        group = cast("click.Group", ctx.command)
        _check_table(ctx, group, _TAKES_ALL, _plain(found))
        _check_tables(ctx, group, found)
    except (OSError, ValueError) as error:
        raise click.UsageError(f"{path}: {error}") from None
    return found


def for_commands(settings: Mapping[str, Any], commands: list[str]) -> Settings:
    """Give every command the plain settings, and its own over them."""
    plain = _plain(settings)
    return {name: {**plain, **settings.get(name, {})} for name in commands}


def _plain(settings: Mapping[str, Any]) -> Settings:
    return {name: value for name, value in settings.items() if not isinstance(value, dict)}


def _check_tables(ctx: click.Context, group: click.Group, settings: Settings) -> None:
    for name, value in settings.items():
        if isinstance(value, dict):
            _check_table(ctx, group, name, cast("Settings", value))


def _check_table(ctx: click.Context, group: click.Group, name: str, settings: Settings) -> None:
    command = group.get_command(ctx, name)
    if command is None:
        raise ValueError(f"there is no command {name!r}.")
    if isinstance(command, click.Group):
        _check_tables(ctx, command, settings)
        return
    known = {parameter.name for parameter in command.params}
    for setting in settings:
        if setting not in known:
            raise ValueError(f"{name!r} has no setting {setting!r}.")


def _named(settings: Settings) -> Settings:
    return {
        name.replace("-", "_"): _named(cast("Settings", value))
        if isinstance(value, dict)
        else value
        for name, value in settings.items()
    }
