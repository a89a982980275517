"""Where a report comes from: data, model, date, cost, versions; what a reader needs to trust it or do it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from k2lab.locale import pick
from k2lab.locale.numbers import count, number
from k2lab.report.digits import column, finite
from k2lab.report.model import Attempt, Entry, Fact, Grid, Heading

Record = Mapping[str, Any]
Pairs = tuple[tuple[str, str], ...]


def strip(
    runs: Sequence[Record], frames: Sequence[Record], attempts: Sequence[Attempt], words: Mapping[str, str]
) -> tuple[Fact, ...]:
    """Return the facts under the title: data, model, date, time and cost."""
    last = runs[-1]
    made = []
    if frames:
        names = dict.fromkeys(str(frame.get("name", "")) for frame in frames)
        note = _size(frames[0]) if len(names) == 1 else pick(f"{len(names)} tables", f"{len(names)} 个表")
        made.append(Fact(label=words["data"], value=", ".join(names), note=note))
    model = str(last.get("model", ""))
    if model:
        name, _, kind = model.partition(", ")
        if "offline" in name.lower():
            name, kind = words["offline"], words["rule-based"]
        made.append(Fact(label=words["model"], value=name, note=kind or _saw(model, frames, words)))
    cells = [attempt for attempt in attempts if attempt.source or attempt.link]
    ran = sum(attempt.state == "ok" for attempt in cells)
    note = pick(f"{len(cells)} cells, all ran", f"{len(cells)} 个单元格全部运行")
    if ran < len(cells):
        note = pick(f"{ran} of {len(cells)} cells ran", f"{len(cells)} 个单元格中 {ran} 个运行成功")
    started = str(last.get("started", ""))
    made.append(
        Fact(label=words["date"], value=started[:10], note=note)
        if started
        else Fact(label=words["cells"], value=count(len(cells)), note=note)
    )
    seconds = sum(finite(run.get("seconds")) or 0.0 for run in runs)
    if seconds:
        made.append(Fact(label=words["cost"], value=_duration(seconds), note=_spent(runs)))
    return tuple(made)


def data_facts(frames: Sequence[Record], words: Mapping[str, str]) -> tuple[Fact, ...]:
    """Return the size of the first frame in large figures."""
    if not frames:
        return ()
    frame = frames[0]
    columns = _columns(frame)
    nulls = [finite(item.get("nulls")) for item in columns]
    rows = finite(frame.get("rows"))
    made = [Fact(label=words["rows"], value=count(rows))] if rows is not None else []
    made.append(Fact(label=words["columns"], value=count(len(columns))))
    known = [value for value in nulls if value is not None]
    if known:
        holes = sum(1 for value in known if value)
        note = pick("in any column", "所有列均无") if not holes else pick(f"in {holes} columns", f"分布在 {holes} 列")
        made.append(Fact(label=words["missing"], value=count(sum(known)), note=note))
    return tuple(made)


def columns_grid(frames: Sequence[Record], *, words: Mapping[str, str]) -> Grid | None:
    """Return the columns of the first frame as a table; at most 40, the rest are counted in the note."""
    columns = _columns(frames[0]) if frames else []
    shown = columns[:40]
    if not shown:
        return None
    counted = {key: column([item.get(key) for item in shown])[0] for key in ("distinct", "nulls")}
    rows = tuple(
        (
            Entry(text=str(item.get("name", ""))),
            Entry(text=str(item.get("dtype", ""))),
            Entry(text=counted["distinct"][at]),
            Entry(text=counted["nulls"][at]),
        )
        for at, item in enumerate(shown)
    )
    left = len(columns) - len(shown)
    return Grid(
        title=pick(f"Columns of {frames[0].get('name', '')}", f"{frames[0].get('name', '')} 的列"),
        columns=(
            Heading(label=words["column"]),
            Heading(label=words["type"]),
            Heading(label=words["distinct"], number=True),
            Heading(label=words["missing"], number=True),
        ),
        rows=rows,
        note=pick(f"{left} more columns are not listed.", f"另有 {left} 列未列出。") if left else "",
    )


def provenance(run: Record, words: Mapping[str, str]) -> tuple[tuple[str, Pairs], ...]:
    """Return what is needed to do a run again, as titled lists of names and values."""
    usage = run.get("usage") if isinstance(run.get("usage"), Mapping) else {}
    own = [
        (words["run-id"], run.get("id")),
        (words["model"], run.get("model")),
        (words["status"], words.get(f"status-{run.get('status')}", run.get("status"))),
        (words["started"], str(run.get("started", "")).replace("T", " ")[:19]),
        (words["seconds"], finite(run.get("seconds"))),
        (words["prompt"], finite((usage or {}).get("prompt_tokens"))),
        (words["completion"], finite((usage or {}).get("completion_tokens"))),
        (words["cached"], finite((usage or {}).get("cached_tokens"))),
        (words["price"], _price(run)),
    ]
    told = run.get("provenance") if isinstance(run.get("provenance"), Mapping) else {}
    lists: list[tuple[str, Pairs]] = []
    for key, value in (told or {}).items():
        label = words.get(str(key), str(key))
        if isinstance(value, Mapping):
            lists.append((label, _pairs(value.items(), words)))
        elif isinstance(value, (list, tuple)) and value and all(isinstance(item, Mapping) for item in value):
            lists += [(label, _pairs(item.items(), words)) for item in value]
        elif isinstance(value, (list, tuple)):
            own.append((label, ", ".join(str(item) for item in value)))
        else:
            own.append((label, value))
    return tuple((title, pairs) for title, pairs in ((words["run"], _pairs(own, words)), *lists) if pairs)


def _pairs(items: Any, words: Mapping[str, str]) -> Pairs:
    return tuple(
        (words.get(str(key), str(key)), _value(value)) for key, value in items if value not in (None, "", [], {})
    )


def _value(value: object) -> str:
    made = finite(value)
    if made is None:
        return str(value)
    return count(made) if made == int(made) and abs(made) < 1e12 else number(made)


def _columns(frame: Record) -> list[Record]:
    columns = frame.get("columns")
    return [item for item in columns if isinstance(item, Mapping)] if isinstance(columns, (list, tuple)) else []


def _size(frame: Record) -> str:
    rows, columns = finite(frame.get("rows")), len(_columns(frame))
    if rows is None:
        return pick(f"{columns} columns", f"{columns} 列")
    return pick(f"{count(rows)} rows, {columns} columns", f"{count(rows)} 行，{columns} 列")


def _saw(model: str, frames: Sequence[Record], words: Mapping[str, str]) -> str:
    if "offline" in model.lower():
        return words["rule-based"]
    return words.get(f"saw-{frames[0].get('privacy', 'schema')}", "") if frames else ""


def _duration(seconds: float) -> str:
    if seconds < 60:
        return pick(f"{seconds:.0f} s", f"{seconds:.0f} 秒") if seconds >= 1 else pick("under 1 s", "不到 1 秒")
    return pick(f"{seconds // 60:.0f} min {seconds % 60:.0f} s", f"{seconds // 60:.0f} 分 {seconds % 60:.0f} 秒")


def _spent(runs: Sequence[Record]) -> str:
    tokens = sum(
        int(finite(run["usage"].get(key)) or 0)
        for run in runs
        if isinstance(run.get("usage"), Mapping)
        for key in ("prompt_tokens", "completion_tokens")
    )
    if not tokens:
        return pick("no tokens, no cost", "未用词元，无费用")
    told = pick(f"{count(tokens)} tokens", f"{count(tokens)} 个词元")
    prices = [price for run in runs if (price := _price(run))]
    return f"{told}, {' + '.join(prices)}" if prices else told


def _price(run: Record) -> str:
    cost, currency = run.get("cost"), str(run.get("currency", ""))
    return f"{cost} {currency}".strip() if cost not in (None, "") else ""
