"""`humanwire demo`: see everything at work without setting anything up."""

import asyncio

import click
import msgspec

from humanwire.cli import options
from humanwire.demo.api import Failed
from humanwire.demo.play import play
from humanwire.demo.summary import summary


@click.command()
@click.option("--people", is_flag=True, help="Nobody is simulated: open the links and answer.")
@click.option("--seed", type=int, default=1, show_default=True, help="Of the simulated crowd.")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="For phones: this one's address."
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="[default: one that is free]"
)
@options.as_json
def demo(*, people: bool, seed: int, host: str, port: int, as_json: bool) -> None:
    """Watch a simulated crowd answer sample questions of every kind.

    A temporary server runs meanwhile, and is thrown away in the end.
    """

    def tell(text: str) -> None:
        click.echo(text, err=as_json)

    try:
        ended = asyncio.run(play(people=people, seed=seed, host=host, port=port, tell=tell))
    except Failed as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        click.echo(msgspec.json.encode({"requests": [each.request for each in ended]}))
    else:
        click.echo("\n" + ("\n\n".join(map(summary, ended)) or "Nothing has been answered."))
