"""``k2lab ask``: a question about tables in files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from k2lab.cli.main import engine_options, settings_options
from k2lab.errors import UsageError

if TYPE_CHECKING:
    from k2lab.schema.engine import Name


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("words", nargs=-1, metavar='FILE... "QUESTION"', type=click.Path())
@click.option(
    "--out",
    default="k2lab-out",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the notebook and the report go (default: k2lab-out).",
)
@engine_options
@settings_options
@click.option("--report", metavar="PATH", help="Write the report there instead of DIR/report.html.")
@click.option("--record", metavar="FILE", help="Keep the conversation in FILE.")
@click.option("--replay", metavar="FILE", help="Answer from a record, without a model.")
@click.option("--json", "as_json", is_flag=True, help="Print the run as JSON.")
def command(
    words: tuple[str, ...],
    out: Path,
    as_json: bool,
    engine: Name | None,
    scheduler: str | None,
    master: str | None,
    **options: Any,
) -> int:
    """Answer QUESTION about the tables in FILE...: CSV, TSV, Parquet, Excel, JSON lines, DuckDB or SQLite.

    Leaves analysis.ipynb (runs top to bottom without k2lab's magic and without a model) and report.html in DIR.

    Tables larger than memory: give Parquet files. With --engine dask or spark the workers read them, and with
    --scheduler or --master those of a cluster do; other files are read here first. The notebook connects by itself.
    """
    from k2lab.cli.answer import answer_into, must_be_writable
    from k2lab.schema.engine import choose
    from k2lab.schema.sources import probe, sources
    from k2lab.settings import read_settings

    files, question = split_words(words)
    settings = read_settings(**options)
    chosen = choose(engine, scheduler, master)
    must_be_writable(out)
    found = sources(files, folder=None if chosen.elsewhere else out)
    for source in found:
        probe(source)
    chosen.check()
    return answer_into(out, chosen.placed(found), question, settings, as_json=as_json)


def split_words(words: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Part the files from the question, which comes last.

    Raises
    ------
    UsageError
        If either is missing.
    """
    if not words:
        raise UsageError("There is no file and no question.", 'Say: k2lab ask FILE "QUESTION".')
    *files, question = words
    looks_like_file = Path(question).exists() or (
        " " not in question.strip() and Path(question).suffix.lower() in _SUFFIXES
    )
    if not question.strip() or looks_like_file:
        raise UsageError("There is no question.", 'Put it last, in quotes: k2lab ask FILE "QUESTION".')
    if not files:
        raise UsageError("There is no file.", 'Name it before the question: k2lab ask FILE "QUESTION".')
    return tuple(files), question


_SUFFIXES = {
    ".csv",
    ".tsv",
    ".txt",
    ".parquet",
    ".pq",
    ".xlsx",
    ".xls",
    ".jsonl",
    ".ndjson",
    ".json",
    ".db",
    ".duckdb",
    ".sqlite",
}
