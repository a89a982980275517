"""Which columns could stand behind a difference: their tie to the compared column and to the outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from k2lab.locale import pick
from k2lab.stats import columns, weighted
from k2lab.stats.coefficients import pearson
from k2lab.stats.effect_sizes import cramers_v
from k2lab.stats.grouped import Folds, Term
from k2lab.stats.outcome import Outcome
from k2lab.stats.roles import Role, copy_of, role
from k2lab.stats.study import WEAK, Study, covariate
from k2lab.stats.words import tidy

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

DIFFERS = 0.1
RELATES = 0.01
NEARLY_THE_SAME = 0.8
MOST = 5
_ORDER: dict[Role, int] = {"time": 0, "place": 1, "other": 2, "mediator": 3, "unit": 4, "id": 5}


@dataclass(frozen=True, kw_only=True, eq=False)
class Probe:
    """A column that was looked at as a confounder.

    Attributes
    ----------
    name : str
    role : str
    link : float
        Tie to the compared column: Cramér's V, the largest standardised difference, or a correlation.
    measure : str
        Which of these.
    eta2 : float
        Share of the outcome's variance that it accounts for alone (a number: in tenths of its rows).
    chosen : bool
    why_not : str
        The reason, where it is not chosen; empty where it merely is not tied enough.
    term : Term or None
    levels : int
    study : Study or None
        Of a large frame, the rows that the term belongs to, since each column is looked at by itself.
    """

    name: str
    role: Role
    link: float = 0.0
    measure: str = ""
    eta2: float = 0.0
    chosen: bool = False
    why_not: str = ""
    term: Term | None = None
    levels: int = 0
    study: Study | None = None


def probes(
    frame: pd.DataFrame, outcome: Outcome, x: Term, candidates: Iterable[str], *, screen: bool = True
) -> tuple[Probe, ...]:
    """Look at every candidate, and choose up to five (playbook section 7).

    A column is chosen if it differs by the compared column (Cramér's V, |d| or |r| above 0.1) and relates to
    the outcome (eta² above 0.01); a time or a place if either holds; a possible mediator (a job title) if it
    relates to the outcome, to be shown as a step of its own. Ids, units, copies of the outcome or of the
    compared column, and a second column that says nearly the same (V above 0.8), are not.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows of the comparison.
    outcome : Outcome
    x : Term
        The compared column.
    candidates : iterable of str
    screen : bool
        Choose all candidates that can be used at all, whatever their ties.
    """
    found = [look(frame, outcome, x, name) for name in candidates]
    return chosen_of(found, lambda a, b: _alike(a, b, len(frame)), screen=screen)


def _alike(a: Probe, b: Probe, n: int) -> bool:
    return a.term is not None and b.term is not None and same(a.term, b.term, n)


def chosen_of(
    found: Sequence[Probe], alike: Callable[[Probe, Probe], bool], *, screen: bool = True
) -> tuple[Probe, ...]:
    """Choose among columns that were looked at; `alike` tells whether two of them say nearly the same."""
    made: list[Probe] = []
    order = sorted(found, key=lambda p: (_ORDER[p.role], -p.link * p.eta2))
    for one in order:
        if one.why_not or one.term is None:
            made.append(one)
            continue
        tied, related = one.link > DIFFERS, one.eta2 > RELATES
        wanted = {"time": tied or related, "place": tied or related, "mediator": related}.get(
            one.role, tied and related
        )
        chosen = not screen or wanted
        if chosen and screen:
            twin = next((p for p in made if p.chosen and alike(p, one)), None)
            if twin is not None:
                if twin.role == one.role and one.levels < twin.levels:
                    # The coarser of two twins is kept: the finer one only adds rare levels.
                    made[made.index(twin)] = replace(twin, chosen=False, why_not=_twin_text(one.name))
                else:
                    one, chosen = replace(one, why_not=_twin_text(twin.name)), False
        made.append(replace(one, chosen=chosen))
    kept = [p for p in made if p.chosen]
    if screen and len(kept) > MOST:
        best = sorted(kept, key=lambda p: (p.role not in ("time", "place"), -p.link * p.eta2))[:MOST]
        made = [
            replace(
                p,
                chosen=p in best,
                why_not=p.why_not or ("" if p in best or not p.chosen else pick("beyond the first five", "不在前五")),
            )
            for p in made
        ]
    return tuple(made)


def copy_text(copy: str) -> str:
    """Say that a column is a copy of the outcome, and why."""
    return pick(f"a copy of the outcome ({copy})", f"结果变量的翻版（{copy}）")


def _twin_text(name: str) -> str:
    return pick(f"nearly the same as {tidy(name)}", f"与 {tidy(name)} 几乎相同")


def look(frame: pd.DataFrame, outcome: Outcome, x: Term, name: str, copy: str | None = None) -> Probe:
    """Look at one column; `copy` is why it is a copy of the outcome, where that is known."""
    import numpy as np

    kind = role(frame, name)
    if kind == "id":
        return Probe(name=name, role=kind, why_not=pick("identifies rows", "为编号"))
    if kind == "unit":
        return Probe(name=name, role=kind, why_not=pick("is the unit of another column", "是另一列的单位"))
    copy = copy_of(frame, outcome.name, name) if copy is None else copy
    if copy:
        return Probe(name=name, role=kind, why_not=copy_text(copy))
    try:
        levels = int(frame[name].nunique())
        if levels < 2:
            return Probe(name=name, role=kind, why_not=pick("has one value only", "只有一个取值"), levels=levels)
        term = covariate(frame, name)
    except (TypeError, ValueError):  # nested values, or text among numbers
        return Probe(name=name, role=kind, why_not=pick("holds values that cannot be compared", "其取值无法比较"))
    there = term.codes >= 0
    folds = None if outcome.folds is None else outcome.folds.kept(np.flatnonzero(there))
    n = len(frame) if outcome.folds is None else int(outcome.folds.times.sum())
    if (there.sum() if folds is None else folds.times.sum()) < WEAK // 3:
        return Probe(name=name, role=kind, why_not=pick("hardly any value", "几乎没有取值"), levels=levels)
    groups = term.codes if term.values is None else _tenths(term)
    eta2 = _eta2(outcome.values[there], groups[there], folds)
    link, measure = _link(x, term, there, outcome.folds)
    made = Probe(name=name, role=kind, link=link, measure=measure, eta2=eta2, term=term, levels=levels)
    if link > 0.95 and measure != "d":
        return replace(made, why_not=pick(f"nearly a copy of {tidy(x.name)}", f"几乎是 {tidy(x.name)} 的翻版"))
    if eta2 > 0.95 and levels * 5 < n:
        return replace(made, why_not=pick("nearly determines the outcome: a copy of it", "几乎决定结果变量：其翻版"))
    return made


def _tenths(term: Term) -> np.ndarray:
    """Return in which tenth of its rows each value of a number lies."""
    import numpy as np

    assert term.values is not None
    there = term.codes >= 0
    values = np.where(there, term.values[term.codes], 0.0)
    times = None if term.times is None else term.times[there]
    cuts = np.unique(weighted.quantiles(values[there], times, [float(q) for q in np.linspace(0.1, 0.9, 9)]))
    return np.searchsorted(cuts, values, side="right")


def alone(p: Probe, y: np.ndarray, rows: np.ndarray) -> float:
    """Return the share of the outcome's variance that a column accounts for alone on some rows."""
    assert p.term is not None
    rows = rows & (p.term.codes >= 0)
    groups = p.term.codes if p.term.values is None else _tenths(p.term)
    return _eta2(y[rows], groups[rows]) if rows.sum() > 1 else 0.0


def _eta2(y: np.ndarray, groups: np.ndarray, folds: Folds | None = None) -> float:
    import numpy as np

    if folds is not None:
        size = np.bincount(groups, folds.times)
        inside = size > 0
        grand = weighted.mean(y, folds.times)
        middle = np.bincount(groups, folds.times * (y - grand))[inside] / size[inside]
        whole = float(folds.times @ (y - grand) ** 2 + folds.within.sum())
        return float(size[inside] @ middle**2) / whole if whole > 0 else 0.0
    n = np.bincount(groups)
    used = n > 0
    mean = np.bincount(groups, weights=y)[used] / n[used]
    total = float(((y - y.mean()) ** 2).sum())
    return float((n[used] * (mean - y.mean()) ** 2).sum()) / total if total > 0 else 0.0


def crossed(a: Term, b: Term, rows: np.ndarray, folds: Folds | None = None) -> np.ndarray:
    """Return the table of counts of two categories; `folds` is what each row of a folded frame stands for."""
    import numpy as np

    key = a.codes[rows] * len(b.levels) + b.codes[rows]
    shape = len(a.levels), len(b.levels)
    counts = np.bincount(key, None if folds is None else folds.times[rows], minlength=shape[0] * shape[1])
    return counts.reshape(shape).astype(np.int64)


def association(table: np.ndarray) -> float:
    """Return Cramér's V of a table of counts, empty rows and columns left out."""
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    if min(table.shape) < 2:
        return 0.0
    n = int(table.sum())
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0, keepdims=True) / n
    return cramers_v(float(((table - expected) ** 2 / expected).sum()), n, *table.shape)


def _link(x: Term, term: Term, there: np.ndarray, folds: Folds | None) -> tuple[float, str]:
    import numpy as np

    if x.values is None and term.values is None:
        return association(crossed(x, term, there, folds)), "V"
    times = None if folds is None else folds.times[there]
    if x.values is not None and term.values is not None:
        a, b = x.values[x.codes[there]], term.values[term.codes[there]]
        return (abs(_correlated(a, b, times)), "r") if a.std() and b.std() else (0.0, "r")
    category, numeric = (x, term) if x.values is None else (term, x)
    assert numeric.values is not None
    values, codes = numeric.values[numeric.codes[there]], category.codes[there]
    single = None if times is None else Folds(times=times, within=np.zeros(len(times)))
    if x.values is not None:
        return _eta2(values, codes, single) ** 0.5, "eta"
    weights = values if times is None else times * values
    n = np.bincount(codes, times, minlength=len(category.levels))
    mean = np.bincount(codes, weights=weights, minlength=len(n)) / np.maximum(n, 1)
    square = np.bincount(codes, weights=weights * values, minlength=len(n)) / np.maximum(n, 1) - mean**2
    solid = [i for i in range(1, len(n)) if n[i] >= WEAK] if n[0] >= WEAK else []
    gaps = [abs(mean[i] - mean[0]) / max(np.sqrt(max((square[i] + square[0]) / 2, 0)), 1e-300) for i in solid]
    return (float(min(max(gaps), 100.0)) if gaps else _eta2(values, codes, single) ** 0.5), ("d" if gaps else "eta")


def _correlated(a: np.ndarray, b: np.ndarray, times: np.ndarray | None) -> float:
    import numpy as np

    return float(np.corrcoef(a, b)[0, 1]) if times is None else pearson(a, b, times=times).value


def same(a: Term, b: Term, n: int, folds: Folds | None = None, beyond: float | None = None) -> bool:
    """Tell whether two columns of n rows say nearly the same (or are tied beyond another limit)."""
    import numpy as np

    if a.values is None and b.values is None:
        return association(crossed(a, b, np.ones(n, dtype=bool), folds)) > (beyond or NEARLY_THE_SAME)
    if a.values is not None and b.values is not None:
        there = (a.codes >= 0) & (b.codes >= 0)
        one, other = a.values[a.codes[there]], b.values[b.codes[there]]
        times = None if folds is None else folds.times[there]
        return bool(one.std() and other.std() and abs(_correlated(one, other, times)) > (beyond or 0.95))
    return False


def candidates_of(data: object, *taken: str | None) -> tuple[str, ...]:
    """Return the columns of a frame that are not taken for something else."""
    return tuple(name for name in columns.names(data) if name not in taken)
