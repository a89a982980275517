"""``k2lab report``: a report of a notebook."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from k2lab.errors import UsageError

_LATER = {"pdf", "md", "qmd"}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("notebook", type=click.Path(path_type=Path))
@click.option(
    "--to", "to", default="html", type=click.Choice(["html", "pdf", "md", "qmd"]), help="Format (default: html)."
)
@click.option(
    "-o",
    "--output",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="Where it goes (default: beside the notebook).",
)
@click.option(
    "--code",
    default="folded",
    type=click.Choice(["shown", "folded", "hidden"]),
    help="The cells' code (default: folded).",
)
def command(notebook: Path, to: str, output: Path | None, code: Literal["shown", "folded", "hidden"]) -> int:
    """Make a report of NOTEBOOK; any notebook will do, one by k2lab gives the fullest."""
    from k2lab.report.write import read_notebook, write_report

    if to in _LATER:
        raise UsageError(f"This version writes no {to} reports.", "Use --to html; its print view makes a good PDF.")
    path = write_report(read_notebook(notebook), output or notebook.with_suffix(".html"), code=code)
    click.echo(path.resolve())
    return 0
