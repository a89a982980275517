"""``k2lab context``: what would be sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from k2lab.cli.main import engine_options, model_names

if TYPE_CHECKING:
    from k2lab.schema.engine import Name


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("files", nargs=-1, required=True, type=click.Path())
@click.option("-m", "--model", shell_complete=model_names, help="The model whose price is meant.")
@click.option("--base-url", metavar="URL", help="Address of an OpenAI-compatible server.")
@click.option(
    "--privacy", type=click.Choice(["schema", "summary", "sample"]), help="What of a table is sent (default: schema)."
)
@engine_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    files: tuple[str, ...],
    as_json: bool,
    engine: Name | None,
    scheduler: str | None,
    master: str | None,
    **options: Any,
) -> int:
    """Show exactly what would be sent for the tables in FILES, its tokens and its price. No call is made."""
    from k2lab.schema.engine import choose
    from k2lab.schema.sources import probe, sources
    from k2lab.session.context import context
    from k2lab.session.places import KernelPlace
    from k2lab.settings import read_settings

    settings = read_settings(**options)
    chosen = choose(engine, scheduler, master)
    found = sources(files, folder=None if chosen.elsewhere else Path.cwd())
    for source in found:
        probe(source)
    chosen.check()
    place = KernelPlace(Path.cwd(), chosen.placed(found))
    try:
        with place:
            made = context(place.frames(settings.privacy), settings)
    finally:
        place.close()
    click.echo(json.dumps(made.to_dict(), ensure_ascii=False) if as_json else made.text)
    return 0
