"""What a figure says of how a large frame was read: a sample and of how many rows, quantiles from bins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, ParamSpec

from k2lab.locale import pick
from k2lab.locale.numbers import count
from k2lab.plots import canvas, palette, settling, text
from k2lab.plots.record import keep, record_of
from k2lab.stats import engines, labels

Arguments = ParamSpec("Arguments")


def any_engine(function: Callable[Arguments, Any]) -> Callable[Arguments, Any]:
    """Let a figure read a frame of any engine and size once, and say on its face where it shows a sample."""

    @wraps(function)
    def drawn(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Any:
        with engines.reading() as now:
            before = now.sampled, now.rounded
            made = function(*args, **kwargs)
            if (now.sampled, now.rounded) != before:
                _say(made, now)
            settling.settle(made.figure)
            return made

    return drawn


def _say(ax: Any, now: engines.Reading) -> None:
    """Write under the figure what it was drawn from, and in the words of each of its Axes."""
    if now.sampled:
        taken, total = map(count, now.sampled)
        seed = engines.SEED
        words = pick(f"sample of {taken} of {total} rows, seed {seed}", f"{total} 行中 {taken} 行的样本（种子 {seed}）")
        figure = ax.figure
        if figure.get_supxlabel():
            figure.supxlabel(f"{figure.get_supxlabel()}\n{text.safe(words)}", color=palette.token("muted"), fontsize=12)
        else:
            named = ax.get_xlabel()
            ax.set_xlabel(f"{named}\n{text.safe(words)}" if named else text.safe(words))
            ax.xaxis.label.set(color=palette.token("muted"), fontsize=12 if named else canvas.SMALL)
    said = labels.label(now)
    for one in ax.figure.axes:
        record = record_of(one)
        if record is not None and said not in record.caption:
            keep(one, replace(record, caption=_joined(record.caption, said), alt=_joined(record.alt, said)))


def _joined(words: str, more: str) -> str:
    return f"{words}{pick(' ', '')}{more}"
