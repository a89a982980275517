"""Which columns predict an outcome, measured on rows the model has not seen: `drivers`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from k2lab.errors import InputError, UsageError
from k2lab.locale import pick
from k2lab.stats import columns
from k2lab.stats.drivers_words import SEED, words
from k2lab.stats.grouped import Term
from k2lab.stats.labels import any_engine
from k2lab.stats.outcome import outcome
from k2lab.stats.probe import NEARLY_THE_SAME, Probe, alone, association, candidates_of, crossed, probes
from k2lab.stats.result import Estimate, Result, Scalar, Table
from k2lab.stats.words import joined, tidy

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

MOST_COLUMNS = 60
"""More columns than this are screened on the training rows first."""
MOST_ROWS = 20_000
LEAST_ROWS = 60
REPEATS = 5


@any_engine
def drivers(data: Any, y: str, candidates: Sequence[str] | None = None, scale: str = "auto") -> Result:
    """Measure how well other columns predict `y` on held-out rows, and which of them matter for that.

    Parameters
    ----------
    data : frame
    y : str
        A number, or a column with two values.
    candidates : sequence of str, optional
        Default: all other columns but ids, units and copies of `y`.
    scale : {"auto", "log", "raw"}

    Returns
    -------
    Result
        Held-out R² of a ridge regression and of a gradient-boosted one (bootstrap intervals), and the loss of R²
        when a group of columns that say nearly the same is permuted.

    Raises
    ------
    UsageError
        For a column that is not there.
    InputError
        With fewer than sixty rows, or nothing to predict from.

    Notes
    -----
    A quarter of the rows is held out, with equal rows (and rows of one repeated id) on the same side, so that
    a repeat cannot be recognised. More than 20,000 rows are sampled (seed 20250101); of more than sixty columns
    the sixty that relate most to `y` on the training rows are used. Ridge: Hoerl and Kennard (1970), its penalty by
    leave-one-out. Permutation importance: Breiman (2001), on held-out rows.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> table = pd.DataFrame({"a": rng.normal(size=400), "b": rng.normal(size=400)})
    >>> table["y"] = 3 * table["a"] + rng.normal(size=400)
    >>> drivers(table, "y").tables[0].rows[0][0]
    'a'
    """
    import numpy as np

    names = candidates_of(data, y) if candidates is None else tuple(dict.fromkeys(candidates))
    if y in names:
        raise UsageError("The outcome cannot predict itself.", "Leave it out of candidates.")
    frame = columns.raw(data, [y, *names])
    groups = _groups(frame)
    there = np.flatnonzero(frame[y].notna().to_numpy())
    if len(there) < LEAST_ROWS:
        raise InputError(
            f"{len(there)} rows with a value of {tidy(y)} are too few to hold some out; {LEAST_ROWS} are needed.",
            "Describe or compare instead.",
        )
    sampled = len(there) > MOST_ROWS
    rng = np.random.default_rng(SEED)
    if sampled:
        there = np.sort(rng.choice(there, MOST_ROWS, replace=False))
    frame, groups = frame.iloc[there].reset_index(drop=True), groups[there]
    out = outcome(frame, y, scale)
    nothing = Term(name="", codes=np.zeros(len(frame), dtype=np.int64), levels=("",))
    looked = probes(frame, out, nothing, names, screen=False)
    kept = [p for p in looked if p.term is not None and not p.why_not]
    if not kept:
        raise InputError(
            f"No other column can be used to predict {tidy(y)}.", "All are ids, copies of it, or have one value."
        )
    held = _held_out(groups, rng)
    usable = len(kept)
    kept = _screened(kept, out.values, ~held)
    wide = [_columns(p) for p in kept]
    narrow = np.stack([_column(p) for p in kept], axis=1)
    guess_line = _linear(np.concatenate(wide, axis=1), out.values, held)
    tree = _tree(narrow, out.values, held, [p.term is not None and p.term.values is None for p in kept])
    with _one_thread():
        guess_tree = tree.predict(narrow[held])
    truth = out.values[held]
    fits = {
        pick("linear", "线性"): _r2(truth, guess_line, rng),
        pick("gradient boosting", "梯度提升"): _r2(truth, guess_tree, rng),
    }
    families = _families(kept)
    repeats = REPEATS if len(families) <= 20 else 3
    with _one_thread():
        importance = _importance(tree, narrow[held], truth, kept, families, rng, repeats)
    held_n = int(held.sum())
    estimates = tuple(
        Estimate(
            label=f"R², {name}", value=v[0], low=v[1], high=v[2], n=held_n, method=f"{name}, held-out rows, bootstrap"
        )
        for name, v in fits.items()
    )
    table = Table(
        title=pick(f"What the prediction of {tidy(y)} rests on", f"预测 {tidy(y)} 所依据的列"),
        columns=(
            pick("columns", "列"),
            pick("loss of R² when permuted", "打乱后 R² 的损失"),
            pick("low", "最低"),
            pick("high", "最高"),
        ),
        rows=tuple(importance),
        note=pick(
            f"held-out rows, {repeats} permutations: lowest and highest", f"留出行，{repeats} 次打乱：最低与最高"
        ),
    )
    values: dict[str, Scalar] = {
        "n": len(frame),
        "held_out": held_n,
        "columns": usable,
        "columns_used": len(kept),
        "seed": SEED,
        "sampled": sampled,
        "scale": out.scale,
        "y": y,
        "best": str(importance[0][0]),
    }
    return Result(
        kind="drivers",
        title=pick(f"What predicts {tidy(y)}", f"什么能预测 {tidy(y)}"),
        estimates=estimates,
        tables=(table,),
        sentences=tuple(
            words(y, out.reason, fits, importance, looked, (len(frame), held_n, usable, len(kept)), sampled)
        ),
        values=values,
    )


def _groups(frame: pd.DataFrame) -> np.ndarray:
    """Return a code for each row: equal rows, and rows of one repeated id, share it."""
    import numpy as np
    import pandas as pd

    from k2lab.stats.roles import is_id

    ids = [name for name in frame.columns if is_id(frame, name) and frame[name].nunique() < len(frame)]
    made: np.ndarray
    if ids:
        made = pd.factorize(frame[ids[0]], use_na_sentinel=False)[0]
        return made
    try:
        made = pd.factorize(pd.util.hash_pandas_object(frame, index=False))[0]
    except TypeError:  # lists or dicts in cells
        made = np.arange(len(frame))
    return made


def _held_out(groups: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    import numpy as np

    codes, inverse = np.unique(groups, return_inverse=True)
    chosen = rng.random(len(codes)) < 0.25
    held: np.ndarray = chosen[inverse]
    if held.sum() < LEAST_ROWS // 4 or (~held).sum() < LEAST_ROWS // 2:
        held = np.zeros(len(groups), dtype=bool)
        held[rng.permutation(len(groups))[: len(groups) // 4]] = True
    return held


def _column(p: Probe) -> np.ndarray:
    """Return one column for the trees: level codes, or numbers with missing as NaN."""
    import numpy as np

    assert p.term is not None
    if p.term.values is None:
        return p.term.codes.astype(float)
    made: np.ndarray = np.where(p.term.codes >= 0, p.term.values[p.term.codes], np.nan)
    return made


def _columns(p: Probe) -> np.ndarray:
    """Return the columns for the line: indicators, or a standardised number with its mean where missing."""
    import numpy as np

    assert p.term is not None
    if p.term.values is None:
        indicators: np.ndarray = (p.term.codes[:, None] == np.arange(1, max(2, len(p.term.levels)))[None, :]).astype(
            float
        )
        return indicators
    values = _column(p)
    gone = np.isnan(values)
    values = np.where(gone, values[~gone].mean(), values)
    scaled = ((values - values.mean()) / (values.std() or 1.0))[:, None]
    return np.concatenate([scaled, gone[:, None].astype(float)], axis=1) if gone.any() else scaled


def _screened(kept: Sequence[Probe], y: np.ndarray, train: np.ndarray) -> list[Probe]:
    """Keep the columns that account for most of the outcome alone, judged on the training rows only."""
    if len(kept) <= MOST_COLUMNS:
        return list(kept)
    share = {p.name: alone(p, y, train) for p in kept}
    best = set(sorted(share, key=lambda name: -share[name])[:MOST_COLUMNS])
    return [p for p in kept if p.name in best]


def _linear(x: np.ndarray, y: np.ndarray, held: np.ndarray) -> np.ndarray:
    """Predict held-out rows by ridge regression; many columns on few rows would break least squares."""
    import numpy as np
    from sklearn.linear_model import RidgeCV

    train = x[~held]
    spread = np.where(train.std(axis=0) > 0, train.std(axis=0), 1.0)
    model = RidgeCV(alphas=np.logspace(-3, 5, 17)).fit(train / spread, y[~held])
    made: np.ndarray = model.predict(x[held] / spread)
    return made


def _tree(x: np.ndarray, y: np.ndarray, held: np.ndarray, categories: Sequence[bool]) -> Any:
    from sklearn.ensemble import HistGradientBoostingRegressor

    model = HistGradientBoostingRegressor(
        max_iter=80,
        learning_rate=0.1,
        max_leaf_nodes=15,
        min_samples_leaf=min(20, max(2, len(y) // 20)),
        categorical_features=list(categories),
        random_state=SEED,
        early_stopping=False,
    )
    with _one_thread():
        return model.fit(x[~held], y[~held])


def _one_thread() -> Any:
    """Keep the trees to one thread.

    More than there are free cores make them slower, and the kernel is not ours alone.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    return threadpool_limits(1, "openmp")


def _r2(truth: np.ndarray, guess: np.ndarray, rng: np.random.Generator) -> tuple[float, float, float]:
    """Return held-out R² with a percentile bootstrap interval (200 resamples)."""
    import numpy as np

    total, left = (truth - truth.mean()) ** 2, (truth - guess) ** 2
    if total.sum() == 0:
        raise InputError("The outcome does not vary in the held-out rows, so prediction cannot be measured.")
    drawn = []
    for _ in range(200):
        i = rng.integers(0, len(truth), len(truth))
        if total[i].sum() > 0:
            drawn.append(1 - left[i].sum() / total[i].sum())
    low, high = (float(v) for v in np.quantile(drawn, [0.025, 0.975]))
    return float(1 - left.sum() / total.sum()), low, high


def _families(kept: Sequence[Probe]) -> list[list[int]]:
    """Group the columns that say nearly the same (V or |r| above 0.8)."""
    import numpy as np

    made: list[list[int]] = []
    for i, p in enumerate(kept):
        for family in made:
            q = kept[family[0]]
            assert p.term is not None
            assert q.term is not None
            if p.term.values is None and q.term.values is None:
                alike = association(crossed(p.term, q.term, np.ones(len(p.term.codes), dtype=bool))) > NEARLY_THE_SAME
            elif p.term.values is not None and q.term.values is not None:
                both = (p.term.codes >= 0) & (q.term.codes >= 0)
                a, b = p.term.values[p.term.codes[both]], q.term.values[q.term.codes[both]]
                alike = (
                    len(a) > 2 and a.std() > 0 and b.std() > 0 and abs(float(np.corrcoef(a, b)[0, 1])) > NEARLY_THE_SAME
                )
            else:
                alike = False
            if alike:
                family.append(i)
                break
        else:
            made.append([i])
    return made


def _importance(
    tree: Any,
    x: np.ndarray,
    truth: np.ndarray,
    kept: Sequence[Probe],
    families: list[list[int]],
    rng: np.random.Generator,
    repeats: int,
) -> list[tuple[Scalar, ...]]:
    total = float(((truth - truth.mean()) ** 2).sum())
    base = float(((truth - tree.predict(x)) ** 2).sum())
    made: list[tuple[Scalar, ...]] = []
    for family in families:
        losses = []
        for _ in range(repeats):
            mixed = x.copy()
            mixed[:, family] = x[rng.permutation(len(x))][:, family]
            losses.append((float(((truth - tree.predict(mixed)) ** 2).sum()) - base) / total)
        made.append((joined([tidy(kept[i].name) for i in family]), sum(losses) / repeats, min(losses), max(losses)))
    return sorted(made, key=lambda row: -float(row[1] or 0))
