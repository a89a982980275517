"""``k2lab report``: a report of a notebook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from k2lab.cli.main import style_option
from k2lab.locale import pick

if TYPE_CHECKING:
    from k2lab.report.model import CodeView
    from k2lab.report.options import Paper, Theme
    from k2lab.report.write import Format


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("notebook", type=click.Path(path_type=Path))
@click.option(
    "--to",
    "to",
    type=click.Choice(["html", "pdf", "md", "qmd"]),
    help="Format (default: what the ending of PATH says, else html).",
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
@click.option(
    "--lang", default="auto", type=click.Choice(["auto", "en", "zh"]), help="Language of the report's own words."
)
@click.option("--title", default="", metavar="TEXT", help="Title, for a notebook that says none.")
@click.option("--author", default="", metavar="TEXT", help="Who it is by.")
@click.option("--logo", metavar="PATH", type=click.Path(path_type=Path), help="A PNG, JPEG or SVG for the top.")
@click.option(
    "--theme",
    default="auto",
    type=click.Choice(["auto", "light", "dark"]),
    help="Ground of an HTML page (default: auto, the reader's own).",
)
@click.option("--paper", default="A4", type=click.Choice(["A4", "Letter"]), help="Size of a PDF's pages (default: A4).")
@style_option
@click.option("-m", "--model", help="Who writes in that style: a model's name, or 'offline' (default: as k2lab ask).")
@click.option("--execute", is_flag=True, help="Run the notebook's code first; the notebook file stays as it is.")
def command(
    notebook: Path,
    to: Format | None,
    output: Path | None,
    code: CodeView,
    lang: str,
    title: str,
    author: str,
    logo: Path | None,
    theme: Theme,
    paper: Paper,
    style: str | None,
    model: str | None,
    execute: bool,
) -> int:
    """Make a report of NOTEBOOK; any notebook will do, one by k2lab gives the fullest."""
    from k2lab.report.options import Options, read_logo
    from k2lab.report.write import format_of, read_notebook, write_report

    kind: Format = to or (format_of(output) if output else "html")
    made: Any = read_notebook(notebook)
    options = Options(theme=theme, author=author, paper=paper, logo=read_logo(logo) if logo else None)
    folder = notebook.resolve().parent
    if execute:
        from k2lab.report.execute import executed

        made = executed(made, folder, tell=_tell)
    if style:
        from k2lab.session.style import restyle_notebook
        from k2lab.settings import read_settings

        restyle_notebook(made, style, read_settings(model=model))
    path = write_report(
        made,
        output or notebook.with_suffix(f".{kind}"),
        to=kind,
        code=code,
        lang=lang,
        title=title or notebook.stem,
        folder=folder,
        options=options,
    )
    click.echo(path.resolve())
    return 0


def _tell(at: int, of: int) -> None:
    click.echo(pick(f"running cell {at} of {of}", f"正在运行第 {at}/{of} 个单元格"), err=True)
