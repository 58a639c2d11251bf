"""`humanwire models list`: which models are installed, and which a server here would ask."""

import asyncio

import click
import msgspec

from humanwire.cli import options
from humanwire.cli.console import Reply, show, table
from humanwire.core.errors import Refused
from humanwire.core.model import Capability, Health
from humanwire.models.plugin import find, installed
from humanwire.wiring import seated


@click.command(name="list")
@options.model
@options.as_json
def list_models(*, model: tuple[str, ...], as_json: bool) -> None:
    """Show the installed models, and those of the settings: what they cover, and how they do."""
    show(asyncio.run(_list(model)), as_json=as_json)


async def _list(models: tuple[str, ...]) -> Reply:
    here = {name: _installed(name) for name in sorted(installed())}
    async with seated(models) as panel:
        capabilities, health = panel.capabilities(), panel.health()
    data = {
        "installed": [
            {"name": name, "trouble": found} if isinstance(found, str) else found
            for name, found in here.items()
        ],
        "asked": [
            {"name": name, "capability": capabilities.get(name), "health": each}
            for name, each in health.items()
        ],
    }
    asked = [_asked(name, capabilities.get(name), each) for name, each in health.items()]
    parts = [table(("ASKED", "STATE", "COVERS", "LICENCE"), asked) if asked else _NONE_ASKED]
    parts.append(table(("INSTALLED", "VERSION", "COVERS", "LICENCE"), _rows(here)))
    known = {
        **{n: each for n, each in here.items() if isinstance(each, Capability)},
        **capabilities,
    }
    parts += [f"{name}: {each.limits}" for name, each in known.items() if each.limits]
    return Reply(data, "\n\n".join(parts))


def _installed(name: str) -> Capability | str:
    try:
        return msgspec.structs.replace(find(name).capability, name=name)
    except Refused as refused:
        return refused.message


def _rows(here: dict[str, Capability | str]) -> list[tuple[str, ...]]:
    return [
        (name, "-", found, "")
        if isinstance(found, str)
        else (name, found.version, _covers(found), found.licence)
        for name, found in here.items()
    ]


def _asked(name: str, capability: Capability | None, health: Health) -> tuple[str, ...]:
    state = f"{health.state}: {health.trouble}" if health.trouble else health.state
    if capability is None:
        return (name, state, "", "")
    return (name, state, _covers(capability), capability.licence)


def _covers(capability: Capability) -> str:
    return ", ".join(capability.flavours or capability.kinds)


_NONE_ASKED = "No model is asked: name some with --model."
