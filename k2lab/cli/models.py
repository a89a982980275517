"""``k2lab models``: the models that can be asked."""

from __future__ import annotations

from typing import Any

import click


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--base-url", metavar="URL", help="Address of an OpenAI-compatible server.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(as_json: bool, **options: Any) -> int:
    """List the models that can be asked here: the server's own list where there is a key, and always 'offline'."""
    import json

    from k2lab.session.providers import models
    from k2lab.settings import read_settings

    names = models(read_settings(**options))
    click.echo(json.dumps(names) if as_json else "\n".join(names))
    return 0
