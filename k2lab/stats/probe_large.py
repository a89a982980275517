"""The columns that could stand behind a difference, of a large frame: each with the cells it makes of all rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from k2lab.locale import pick
from k2lab.stats import columns, engines, fold, frames, weighted
from k2lab.stats.probe import Probe, chosen_of, copy_text, look, same
from k2lab.stats.roles import copy_of, role
from k2lab.stats.study import Study, covariate, study
from k2lab.stats.words import tidy

if TYPE_CHECKING:
    import pandas as pd

FAR_FROM_THE_SAME = 0.6
"""Columns whose association in a sample is below this are not compared over all rows: they are no twins at 0.8."""

MOST_CELLS = 20_000
"""Cells that a sample may show of columns that are put together, so that one pass makes the cells of all of them."""

Together = dict[str, "pd.DataFrame | None"]
"""The cells that hold a column, by its name."""


def probes_of_large(
    data: Any, made: Study, candidates: Sequence[str], *, screen: bool = True, together: Together | None = None
) -> tuple[Probe, ...]:  # fmt: skip
    """Look at every candidate as `probe.probes` does, over all rows of a large frame.

    A candidate whose cells are too many is looked at in a sample, and the result names it. The cells that were made are
    left in `together`.
    """
    together = {} if together is None else together
    some = _some(data, (made.outcome.name, *_keys(made), *candidates))
    known = {name: _at_once(made, name, some) for name in candidates}
    left = [name for name in candidates if known[name] is None]
    sampled: list[str] = []
    for batch in _batches(some, left, _keys(made)):
        frame = cells(data, made, batch)
        for name in batch:
            together[name] = frame
            known[name] = _look(data, made, name, frame, sampled)
    found = [one for one in known.values() if one is not None]
    looked = chosen_of(found, lambda a, b: _alike(data, made, (a, b), some, together), screen=screen)
    if sampled:
        some = ", ".join(map(tidy, sampled[:5])) + ("…" if len(sampled) > 5 else "")
        engines.current().parts.append(pick(f"the ties of {some}", f"{some} 的关联"))
    return looked


def categories(data: Any, names: Sequence[str]) -> tuple[str, ...]:
    """Return those of some columns that are read as categories."""
    some = _some(data, names)
    return tuple(name for name in names if columns.is_category(some, name))


def cells(data: Any, made: Study, more: Sequence[str]) -> pd.DataFrame | None:
    """Return the cells that the columns of a comparison and further ones make of all rows, with the outcome's moments.

    None where they are too many.
    """
    needed = _keys(made)
    out = made.outcome
    if out.scale == "share":
        return fold.whole(data, (*needed, *more, out.name))
    centre = weighted.mean(out.values, None if out.folds is None else out.folds.times)
    return fold.cells(data, (*needed, *more), out.name, needed=needed, log=out.scale == "log", centre=centre)


def of_cells(made: Study, frame: pd.DataFrame, more: Sequence[str], sesoi: float | None = None) -> Study:
    """Return the comparison on cells, with further columns."""
    scale = "auto" if made.outcome.scale == "share" else made.outcome.scale
    by = None if made.by is None else made.by.name
    return study(frame, made.outcome.name, made.x.name, by, more=more, scale=scale, sesoi=sesoi, folds=True)


def _some(data: Any, names: Sequence[str]) -> pd.DataFrame:
    """Return a sample that screens only: for copies of the outcome, as in frames that are read whole, and for twins."""
    now = engines.current()
    before = now.sampled
    made = frames.raw(data, names)
    now.sampled = before
    return made


def _at_once(made: Study, name: str, some: pd.DataFrame) -> Probe | None:
    """Return what a column is if its values do not matter: a unit, or a copy of the outcome."""
    kind = role(some, name)
    if kind == "id":
        return None
    if kind == "unit":
        return Probe(name=name, role=kind, why_not=pick("is the unit of another column", "是另一列的单位"))
    copy = copy_of(some, made.outcome.name, name)
    return Probe(name=name, role=kind, why_not=copy_text(copy)) if copy else None


def _keys(made: Study) -> list[str]:
    return [made.x.name, *([] if made.by is None else [made.by.name])]


def _batches(some: pd.DataFrame, names: Sequence[str], keys: Sequence[str]) -> list[list[str]]:
    """Put columns together, those of few values first, as long as a sample shows few cells of them."""
    import pandas as pd

    codes = {name: pd.factorize(some[name].astype(str))[0] for name in (*keys, *names)}

    def crossed(place: Any, name: str) -> Any:
        return pd.factorize(place * (int(codes[name].max(initial=0)) + 1) + codes[name])[0]

    first = codes[keys[0]]
    for name in keys[1:]:
        first = crossed(first, name)
    made: list[list[str]] = []
    place = first
    for name in sorted(names, key=lambda name: int(codes[name].max(initial=0))):
        more = crossed(place, name)
        if not made or int(more.max(initial=0)) >= MOST_CELLS:
            made.append([])
            more = crossed(first, name)
        made[-1].append(name)
        place = more
    return made


def _look(data: Any, made: Study, name: str, frame: pd.DataFrame | None, sampled: list[str]) -> Probe:
    taken = [made.outcome.name, *_keys(made), name]
    if frame is None:
        frame = cells(data, made, (name,))
    drawn = frame is None
    own = of_cells(made, frames.raw(data, taken) if frame is None else frame, (name,))
    found = look(own.frame, own.outcome, own.x, name, "")
    if drawn and not found.why_not:
        sampled.append(name)
    return replace(found, study=own)


def _alike(
    data: Any, made: Study, pair: tuple[Probe, Probe], some: pd.DataFrame, together: Together
) -> bool:  # fmt: skip
    """Tell whether two candidates say nearly the same; a sample rules out most pairs, all rows decide of the rest."""
    a, b = pair
    if a.term is None or b.term is None or (a.term.values is None) != (b.term.values is None):
        return False
    one, other = covariate(some, a.name), covariate(some, b.name)
    if not len(some) or not same(one, other, len(some), beyond=FAR_FROM_THE_SAME):
        return False
    frame = together.get(a.name)
    if frame is None or b.name not in frame.columns:
        frame = cells(data, made, (a.name, b.name))
    if frame is None:
        return same(one, other, len(some))
    own = of_cells(made, frame, (a.name, b.name))
    return same(covariate(own.frame, a.name), covariate(own.frame, b.name), len(own.frame), own.folds)
