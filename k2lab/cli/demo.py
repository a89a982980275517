"""``k2lab demo``: the headline question on generated data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from k2lab.cli.main import settings_options

QUESTIONS = {
    "en": "Does the remote-work ratio affect salary, and does the effect differ by experience level?",
    "zh": "远程办公比例是否影响薪资？这种影响是否因经验等级而异？",
}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--rows", default=133_000, show_default=True, type=click.IntRange(min=1), help="Rows of the generated salary table."
)
@click.option(
    "--out",
    default="k2lab-demo",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the notebook and the report go (default: k2lab-demo).",
)
@settings_options
@click.option("--json", "as_json", is_flag=True, help="Print the run as JSON.")
def command(rows: int, out: Path, as_json: bool, **options: Any) -> int:
    """Ask whether the remote-work ratio affects salary, and whether that differs by experience level.

    The table is generated (seeded, with known effects); without a model's name the offline analyst answers.
    """
    from k2lab.cli.answer import answer_into
    from k2lab.schema.sources import Source
    from k2lab.settings import OFFLINE, read_settings

    options["model"] = options.get("model") or OFFLINE
    settings = read_settings(**options)
    code = f"from k2lab import datasets\n\nsalaries = datasets.salaries({rows}, seed=2025)"
    question = QUESTIONS["zh" if settings.lang == "zh" else "en"]
    return answer_into(out, [Source(name="salaries", code=code, paths=())], question, settings, as_json=as_json)
