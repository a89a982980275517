"""The playbook for questions that compare: effect, group comparison, relationship, association."""

# ruff: noqa: E501 - a sentence stays on one line
from __future__ import annotations

from collections.abc import Generator, Sequence

from k2lab.locale import pick
from k2lab.provider.offline.cells import Cell, Rows, call, cell, shown
from k2lab.provider.offline.outcome import Outcome
from k2lab.provider.offline.reading import (
    Reading,
    is_binary,
    is_constant,
    is_groups,
    is_identifier,
    is_measure,
    is_number,
)
from k2lab.provider.offline.steps import (
    adjusted,
    checks,
    effect_cells,
    facts,
    few,
    figure,
    regression,
    relate,
    scatter,
    suggested,
)
from k2lab.schema.model import ColumnSchema

Book = Generator[Cell, Outcome, None]
"""A playbook: it yields a cell, and is sent what came of it."""

MOST_LEVELS = 20  # of a covariate that gets one coefficient a level
WIDE = 80  # columns; beyond that not all of them are looked at for confounding
SMALL = 30  # rows; below this the small-sample path is taken
POINTS = 0.02  # the smallest difference of interest for shares: two percentage points (playbook section 8)


def attempt(*cells: Cell) -> Generator[Cell, Outcome, Outcome]:
    """Run a cell, and when it fails the next one; return the last outcome."""
    outcome: Outcome | None = None
    for one in cells:
        outcome = yield one
        if outcome.ok:
            return outcome
    if outcome is None:
        raise ValueError("no cell to attempt")
    return outcome


def story(reading: Reading, rows: Rows) -> Book:
    """Choose the playbook by the types of outcome and group."""
    y, x = reading.y, reading.x
    if y is None or x is None:
        return
    count = reading.frame.rows
    if is_measure(y) and not (is_binary(y) and is_groups(x)):
        if count is not None and count < SMALL:
            yield from _small(reading, rows, y, x)
        elif reading.kind == "relate" and is_measure(x):
            yield from _relation(reading, rows, y, x)
            if is_groups(x):  # few values: a coefficient alone is not the answer
                yield from _effect(reading, rows, y, x)
        elif is_groups(x) or reading.by is not None or reading.adjust or reading.kind == "effect":
            yield from _effect(reading, rows, y, x)
        else:
            yield from _relation(reading, rows, y, x)
    elif is_binary(y) and is_measure(x) and not is_groups(x):
        yield from _by_outcome(reading, rows, y, x)
    else:
        yield from _association(reading, rows, y, x)


def _distributions(reading: Reading, rows: Rows, y: ColumnSchema, x: ColumnSchema) -> Book:
    hue = reading.by if reading.by is not None and few(reading.by) else None
    groups = shown(x.name) if hue is None else f"{shown(x.name)} × {shown(hue.name)}"
    box = figure(
        "box",
        pick(f"Quartiles of {shown(y.name)} by {groups}", f"{shown(y.name)} 按 {groups} 的四分位数"),
        pick("Medians and quartiles resist a skewed tail.", "中位数与四分位数不受偏斜尾部影响。"),
        rows,
        x=x,
        y=y,
        hue=hue,
    )
    violin = figure(
        "violin",
        pick(f"Distribution of {shown(y.name)} by {groups}", f"{shown(y.name)} 按 {groups} 的分布"),
        pick("Look at whole distributions before comparing averages.", "比较均值之前，先看完整分布。"),
        rows,
        x=x,
        y=y,
        hue=hue,
    )
    yield violin
    yield box


def _effect(reading: Reading, rows: Rows, y: ColumnSchema, x: ColumnSchema) -> Book:
    by, asked = reading.by, reading.adjust
    yield facts(reading, rows, y, x)
    if is_groups(x):
        yield from _distributions(reading, rows, y, x)
    if is_number(x):
        yield scatter(rows, y, x, by if by is not None and few(by) else None)
    found = yield from attempt(*effect_cells(reading, rows, y, x))
    if not found.ok:
        return  # what follows compares the same groups, and would fail in the same way
    if by is not None and is_groups(by):
        yield figure(
            "interaction",
            pick(
                f"{shown(y.name)} over {shown(x.name)}, one line for each {shown(by.name)}",
                f"{shown(y.name)} 随 {shown(x.name)} 的均值线，每个 {shown(by.name)} 一条",
            ),
            pick(
                "Lines that are not parallel show where the difference differs; intervals show how sure that is.",
                "不平行的线说明差异在何处不同；区间说明把握多大。",
            ),
            rows,
            x=x,
            y=y,
            hue=by,
        )
    probed = yield cell(
        pick("What else differs between the groups", "各组之间还有哪些不同"),
        pick(
            f"Columns that differ by {shown(x.name)} and go with {shown(y.name)} may explain the difference.",
            f"既随 {shown(x.name)} 不同、又与 {shown(y.name)} 相关的列，可能解释这一差异。",
        ),
        call("stats.confounders", rows, y=y, x=x, candidates=_candidates(reading)),
        rows,
    )
    adjust = asked or _covariates(probed, reading)
    if adjust:
        yield from attempt(adjusted(reading, rows, y, x, adjust))
    yield from attempt(
        cell(
            pick("Does the answer hold in other reasonable analyses?", "换一种合理的分析，结论是否一致？"),
            pick(
                "The same comparison with and without repeated rows and adjustment: the size must not hang on one choice.",
                "在含与不含重复行、调整与未调整的情况下重做同一比较：结论不应取决于某一种选择。",
            ),
            call("stats.sensitivity", rows, y=y, x=x, by=by, adjust=[*adjust, *_mediators(probed, reading, adjust)]),
            rows,
        )
    )
    for over in _strata(adjust):
        yield cell(
            pick(f"Within each {shown(over.name)}", f"在每个 {shown(over.name)} 内部"),
            pick(
                f"A pooled difference can differ from, or oppose, the one within {shown(over.name)}.",
                f"合并后的差异可能与各 {shown(over.name)} 内部的差异不同，甚至相反。",
            ),
            call("stats.strata", rows, y=y, x=x, over=over),
            rows,
        )
    terms = (x, *((by,) if by is not None else ()), *(c for c in adjust if is_number(c) or few(c, MOST_LEVELS)))
    yield from attempt(
        regression(rows, y, terms, ((x, by),) if by is not None else ()),
        regression(rows, y, terms[:2], ()),
    )
    yield checks(rows, y, x, by, adjust)


def _candidates(reading: Reading) -> tuple[ColumnSchema, ...]:
    """Return the columns to look at for confounding: none named means all, but of a wide frame the likeliest."""
    frame = reading.frame
    if len(frame.columns) + frame.hidden <= WIDE:
        return ()
    taken = (reading.y, reading.x, reading.by)
    free = [c for c in frame.columns if c not in taken and not is_constant(c) and not is_identifier(c, frame.rows)]
    free.sort(key=lambda c: (not is_groups(c), c.kind != "datetime", c.position))
    return tuple(free[: WIDE // 2])


def _covariates(probed: Outcome, reading: Reading) -> tuple[ColumnSchema, ...]:
    """Return the columns to adjust for, from what `stats.confounders` found, never from names."""
    result = probed.result("confounders")
    if not probed.ok or result is None:
        return ()
    taken = {c.name for c in (reading.y, reading.x, reading.by) if c is not None}
    known = {column.name: column for column in reading.frame.columns}
    found = [name for name in suggested(result, taken) if name in known]
    return tuple(known[name] for name in found[:4])


def _mediators(probed: Outcome, reading: Reading, adjust: Sequence[ColumnSchema]) -> tuple[ColumnSchema, ...]:
    """Return what may come after the compared column, for a last step of its own; none where a person said what for."""
    result = probed.result("confounders")
    if not probed.ok or result is None or reading.adjust or not adjust:
        return ()
    told = {
        str(name)
        for sentence in result.get("sentences", ())
        if sentence.get("key") == "mediators"
        for name in sentence.get("columns", ())
    }
    return tuple(column for column in reading.frame.columns if column.name in told and column not in adjust)[:1]


def _strata(adjust: Sequence[ColumnSchema]) -> tuple[ColumnSchema, ...]:
    return tuple(adjust[:2])


def _small(reading: Reading, rows: Rows, y: ColumnSchema, x: ColumnSchema) -> Book:
    """Fewer than 30 rows: show every row, one comparison, no model that the rows cannot carry."""
    yield facts(reading, rows, y, x)
    related = is_measure(x) and (reading.kind == "relate" or (x.distinct or 0) * 2 > (reading.frame.rows or 0))
    if is_groups(x) and not related:
        yield figure(
            "box",
            pick(f"{shown(y.name)} by {shown(x.name)}", f"{shown(y.name)} 按 {shown(x.name)}"),
            pick(
                "With few rows, quartiles and points say more than a smoothed shape.",
                "行数很少时，四分位数与数据点比平滑曲线更可靠。",
            ),
            rows,
            x=x,
            y=y,
        )
        yield from attempt(
            cell(
                pick(f"{shown(y.name)} by {shown(x.name)}", f"{shown(y.name)} 按 {shown(x.name)} 比较"),
                pick(
                    "One planned comparison, with its interval: few rows settle little.",
                    "只做一次计划内的比较并给出区间：行数少，能确定的不多。",
                ),
                call("stats.compare", rows, y, x),
                rows,
            ),
            cell(
                pick(f"Means of {shown(y.name)}", f"{shown(y.name)} 的均值"),
                pick("The comparison could not be made; description only.", "无法比较，仅作描述。"),
                call("stats.group_means", rows, y, by=x),
                rows,
            ),
        )
    else:
        yield scatter(rows, y, x)
        yield relate(rows, x, y)


def _relation(reading: Reading, rows: Rows, y: ColumnSchema, x: ColumnSchema) -> Book:
    yield facts(reading, rows, y, x)
    yield scatter(rows, y, x)
    yield from attempt(relate(rows, x, y))
    if reading.by is None and not reading.adjust:
        yield from attempt(regression(rows, y, (x,), ()))
        return
    yield from attempt(*effect_cells(reading, rows, y, x))
    terms = (x, *((reading.by,) if reading.by is not None else ()), *reading.adjust)
    yield from attempt(regression(rows, y, terms, ((x, reading.by),) if reading.by is not None else ()))


def _by_outcome(reading: Reading, rows: Rows, y: ColumnSchema, x: ColumnSchema) -> Book:
    """A yes/no outcome and a measured column: compare the column between the two outcomes."""
    hue = reading.by if reading.by is not None and few(reading.by) else None
    yield facts(reading, rows, x, y)
    yield figure(
        "violin",
        pick(f"Distribution of {shown(x.name)} by {shown(y.name)}", f"{shown(x.name)} 按 {shown(y.name)} 的分布"),
        pick("Look at whole distributions before comparing averages.", "比较均值之前，先看完整分布。"),
        rows,
        x=y,
        y=x,
        hue=hue,
    )
    yield from attempt(
        cell(
            pick(f"{shown(x.name)} by {shown(y.name)}", f"{shown(x.name)} 按 {shown(y.name)} 比较"),
            pick(
                "The outcome has two values, so the measured column is compared between them.",
                "结果只有两个取值，因此在两者之间比较数值列。",
            ),
            call("stats.effect", rows, y=x, x=y, by=reading.by),
            rows,
        ),
        cell(
            pick(f"{shown(x.name)} by {shown(y.name)}", f"{shown(x.name)} 按 {shown(y.name)} 比较"),
            pick("Without the moderator, which could not be used.", "不含无法使用的调节变量。"),
            call("stats.compare", rows, x, y),
            rows,
        ),
    )
    yield checks(rows, x, y, reading.by, ())


def _association(reading: Reading, rows: Rows, y: ColumnSchema, x: ColumnSchema) -> Book:
    """Two columns of groups: shares of the outcome within each group."""
    by = reading.by
    yield facts(reading, rows, y, x)
    yield figure(
        "shares",
        pick(f"Shares of {shown(y.name)} within each {shown(x.name)}", f"各 {shown(x.name)} 中 {shown(y.name)} 的占比"),
        pick("Shares, with the number of rows that they rest on.", "占比，并注明所依据的行数。"),
        rows,
        x=x,
        y=y,
    )
    yield from attempt(
        cell(
            pick(f"{shown(x.name)} and {shown(y.name)}", f"{shown(x.name)} 与 {shown(y.name)}"),
            pick(
                "Whether the shares differ by more than chance, and by how much.",
                "各组占比的差异是否超出偶然，以及差多少。",
            ),
            call("stats.associate", rows, x, y),
            rows,
        ),
        cell(
            pick(f"Rows by {shown(x.name)} and {shown(y.name)}", f"按 {shown(x.name)} 与 {shown(y.name)} 计数"),
            pick("The association could not be tested; counts only.", "无法检验关联，仅给出计数。"),
            call("stats.count", rows, by=(x, y)),
            rows,
        ),
    )
    if by is not None and is_binary(y) and is_number(y):
        yield from attempt(
            cell(
                pick(f"Does it differ by {shown(by.name)}?", f"是否因 {shown(by.name)} 而异？"),
                pick(
                    "Differences in shares within each level, on the raw scale, and whether they differ.",
                    "各水平内占比之差（原始尺度），以及是否不同。",
                ),
                call("stats.effect", rows, y=y, x=x, by=by, scale="raw", sesoi=POINTS),
                rows,
            )
        )
        yield figure(
            "interaction",
            pick(
                f"{shown(y.name)} over {shown(x.name)} by {shown(by.name)}",
                f"{shown(y.name)} 随 {shown(x.name)}，按 {shown(by.name)}",
            ),
            pick("Lines that are not parallel show where the difference differs.", "不平行的线说明差异在何处不同。"),
            rows,
            x=x,
            y=y,
            hue=by,
        )
    elif by is not None:
        yield cell(
            pick(f"The same within each {shown(by.name)}", f"在每个 {shown(by.name)} 内的行数"),
            pick(
                "Counts for every combination, to see where the association comes from.",
                "各组合的行数，以了解关联来自何处。",
            ),
            call("stats.count", rows, by=(by, x, y)),
            rows,
        )
