"""Narratives on real runs, right or with one number made wrong; nothing here knows how the ledger reads them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from tests.ledger.tables import Story

FAULTS = ("digits", "level", "sign", "unit", "rounding", "invented")


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A number of a sentence: its value, how it is written, and the same statistic of other levels."""

    value: float
    form: str
    others: tuple[float, ...] = ()
    signed: bool = False


@dataclass(frozen=True, kw_only=True)
class Said:
    """A sentence with ``{0}``, ``{1}``... for its slots, and the step it cites."""

    template: str
    slots: tuple[Slot, ...]
    step: int


@dataclass(frozen=True, kw_only=True)
class Told:
    """A sentence as it is read: where its numbers are, and which of them is wrong."""

    text: str
    step: int
    places: tuple[tuple[int, int], ...]
    wrong: int | None = None
    fault: str = ""


MINUS = "−"


def write(value: float, form: str) -> str:
    """Write a number in a form, and raise KeyError for none that is known."""
    sign = MINUS if value < 0 else ""
    size = abs(value)
    return {
        "int": lambda: f"{sign}{size:,.0f}",
        "one": lambda: f"{sign}{size:,.1f}",
        "two": lambda: f"{sign}{size:,.2f}",
        "three": lambda: f"{sign}{size:.3f}",
        "four": lambda: f"{sign}{size:.4f}",
        "bare": lambda: f"{sign}{size:.0f}",
        "k": lambda: f"{sign}{size / 1000:.1f}k",
        "money": lambda: f"{sign}${size:,.0f}",
        "money k": lambda: f"{sign}${size / 1000:.0f}k",
        "wan": lambda: f"{sign}{size / 10_000:.2f} 万",
        "wide": lambda: f"{size:.1f}".translate({ord(str(at)): 0xFF10 + at for at in range(10)}),
        "percent": lambda: f"{sign}{size:.1f}%",
        "whole percent": lambda: f"{sign}{size:.0f}%",
        "signed percent": lambda: f"{MINUS if value < 0 else '+'}{size:.1f}%",
        "share": lambda: f"{100 * size:.1f}%",
        "zh share": lambda: f"百分之{100 * size:.0f}",
        "times": lambda: f"{size:.2f} times",
        "zh times": lambda: f"{size:.2f} 倍",
        "lower": lambda: f"{size:.1f}% {'lower' if value < 0 else 'higher'}",
        "zh lower": lambda: f"{'低' if value < 0 else '高'} {size:.1f}%",
    }[form]()


_UNITS = {"int": 1, "one": 0.1, "two": 0.01, "three": 0.001, "four": 0.0001, "bare": 1, "k": 100, "money": 1}
_UNITS |= {"money k": 1000, "wan": 100, "wide": 0.1, "percent": 0.1, "whole percent": 1, "signed percent": 0.1}
_UNITS |= {"share": 0.001, "zh share": 0.01, "times": 0.01, "zh times": 0.01, "lower": 0.1, "zh lower": 0.1}


def wrongs(slot: Slot, rng: random.Random) -> dict[str, str]:
    """Return the slot written wrong in each way that it can be."""
    right, unit = write(slot.value, slot.form), _UNITS[slot.form]
    made: dict[str, str] = {}

    def far(value: float) -> bool:
        return abs(abs(value) - abs(slot.value)) > 1.5 * unit and write(value, slot.form) != right

    digits = [at for at, letter in enumerate(right) if letter.isdigit()]
    pairs = [(a, b) for a, b in pairwise(digits) if right[a] != right[b]]
    # A swap that puts a nought in front, or only touches digits behind the precision, is another text, not a fault.
    pairs = [(a, b) for a, b in pairs if not (a == digits[0] and right[b] in "0０")]
    if pairs:
        a, b = rng.choice(pairs)
        letters = list(right)
        letters[a], letters[b] = letters[b], letters[a]
        made["digits"] = "".join(letters)
    levels = [other for other in slot.others if far(other)]
    if levels:
        made["level"] = write(rng.choice(levels), slot.form)
    if slot.signed:
        made["sign"] = write(-slot.value, slot.form)
    if slot.form in ("share", "percent"):
        share = slot.value if slot.form == "share" else slot.value / 100
        made["unit"] = f"{abs(share):.3f}%" if abs(share) >= 0.02 else ""
    elif slot.form == "times":
        made["unit"] = f"{abs(slot.value):.2f}%"
    shifted = slot.value + (1 if slot.value >= 0 else -1) * unit * rng.choice([2, 3, 4])
    made["rounding"] = write(shifted, slot.form)
    invented = slot.value * rng.choice([0.55, 0.72, 1.31, 1.66]) + unit * rng.choice([3, 4, 6])
    if far(invented):
        made["invented"] = write(invented, slot.form)
    return {name: text for name, text in made.items() if text and text != right}


def tell(said: Said, rng: random.Random, fault: str = "") -> Told | None:
    """Write a sentence, with one of its numbers wrong if a fault is named; None where none of them can be so wrong."""
    texts = [write(slot.value, slot.form) for slot in said.slots]
    wrong = None
    if fault:
        able = [(at, made[fault]) for at, slot in enumerate(said.slots) if fault in (made := wrongs(slot, rng))]
        if not able:
            return None
        wrong, texts[wrong] = rng.choice(able)[0], ""
        texts[wrong] = dict(able)[wrong]
    text, places = "", []
    for piece in said.template.replace("}", "{").split("{"):
        if piece.isdigit():
            places.append((int(piece), len(text), len(text) + len(texts[int(piece)])))
            text += texts[int(piece)]
        else:
            text += piece
    ordered = tuple((start, end) for _, start, end in sorted(places))
    return Told(text=text, step=said.step, places=ordered, wrong=wrong, fault=fault)


def _groups(story: Story, statistic: str) -> pd.Series:
    return story.frame.groupby(story.x, observed=True)[story.y].agg(statistic)


def _other(values: pd.Series, *but: object) -> tuple[float, ...]:
    return tuple(float(value) for name, value in values.items() if name not in but)


def sentences(story: Story, language: str, rng: random.Random) -> Iterator[Said]:
    """Yield what is true of a run, in sentences of many kinds."""
    en = language == "en"
    frame, y, x, z, w = story.frame, story.y, story.x, story.z, story.w
    means, medians, counts = (_groups(story, name) for name in ("mean", "median", "count"))
    big = float(means.abs().max()) > 2000
    exact = "int" if big else "two"
    short = rng.choice(["k", "money k"] if en else ["wan", "k"]) if big else ("one" if en else "wide")
    a, b, c = rng.sample(list(means.index), 3)
    step = story.step

    def mean(level: object, form: str = exact) -> Slot:
        return Slot(value=float(means[level]), form=form, others=_other(means, level))

    def median(level: object, form: str = exact) -> Slot:
        return Slot(value=float(medians[level]), form=form, others=_other(medians, level))

    def number(level: object) -> Slot:
        return Slot(value=float(counts[level]), form="int", others=_other(counts, level))

    yield Said(
        template=(
            f"In {a}, the mean {y} is {{0}} (median {{1}}, n = {{2}})."
            if en
            else f"{a} 的{y}均值为 {{0}}（中位数 {{1}}，n = {{2}}）。"
        ),
        slots=(mean(a), median(a), number(a)),
        step=step("groups"),
    )
    yield Said(
        template=(
            f"{y} averages {{0}} in {a} and {{1}} in {b}." if en else f"{y}的均值在 {a} 为 {{0}}，在 {b} 为 {{1}}。"
        ),
        slots=(mean(a, short), mean(b, short)),
        step=step("groups"),
    )
    high, low = (a, b) if means[a] > means[b] else (b, a)
    gap = float(means[high] - means[low])
    yield Said(
        template=(
            f"Mean {y} is {{0}} in {high} against {{1}} in {low}, a difference of {{2}}."
            if en
            else f"{high} 的{y}均值为 {{0}}，{low} 为 {{1}}，相差 {{2}}。"
        ),
        slots=(mean(high), mean(low), Slot(value=gap, form=exact)),
        step=step("groups"),
    )
    yield Said(
        template=(f"The mean {y} of {high} is {{0}} that of {low}." if en else f"{high} 的{y}均值是 {low} 的 {{0}}。"),
        slots=(Slot(value=float(means[high] / means[low]), form="times" if en else "zh times"),),
        step=step("groups"),
    )
    change = 100 * float(means[c] / means[a] - 1)
    if abs(change) > 1:
        yield Said(
            template=(f"Mean {y} in {c} is {{0}} than in {a}." if en else f"{c} 的{y}均值比 {a} {{0}}。"),
            slots=(Slot(value=change, form="lower" if en else "zh lower", signed=True),),
            step=step("groups"),
        )
    bottom, top = medians.idxmin(), medians.idxmax()
    yield Said(
        template=(
            f"The median {y} runs from {{0}} ({bottom}) to {{1}} ({top})."
            if en
            else f"{y}的中位数从 {{0}}（{bottom}）到 {{1}}（{top}）不等。"
        ),
        slots=(median(bottom, short), median(top, short)),
        step=step("groups"),
    )
    shares = pd.crosstab(frame[x], frame[z], normalize="index")
    kind = rng.choice(list(shares.columns))
    yield Said(
        template=(f"{{0}} of the {a} rows are {kind}." if en else f"{a} 的行中有 {{0}} 为{kind}。"),
        slots=(
            Slot(
                value=float(shares.loc[a, kind]),
                form="share" if en else rng.choice(["share", "zh share"]),
                others=_other(shares[kind], a),
            ),
        ),
        step=step("shares"),
    )
    crossed = pd.crosstab(frame[x], frame[z])
    yield Said(
        template=(f"There are {{0}} rows of {kind} in {b}." if en else f"{b} 中{kind}的有 {{0}} 行。"),
        slots=(Slot(value=float(crossed.loc[b, kind]), form="int", others=_other(crossed[kind], b)),),
        step=step("counts"),
    )
    yield Said(
        template=(f"{{0}} of the {{1}} rows ({{2}}) are {a}." if en else f"{{1}} 行中有 {{0}} 行（{{2}}）属于 {a}。"),
        slots=(
            number(a),
            Slot(value=float(len(frame)), form="int"),
            Slot(value=float(counts[a] / len(frame)), form="share"),
        ),
        step=step("groups"),
    )
    told = frame[[y, w]].describe()
    yield Said(
        template=(
            f"The middle half of {y} lies between {{0}} and {{1}}, with a maximum of {{2}}."
            if en
            else f"{y}的中间一半在 {{0}} 至 {{1}} 之间，最大值为 {{2}}。"
        ),
        slots=tuple(
            Slot(value=float(told.loc[row, y]), form=exact, others=(float(told.loc["mean", y]),))
            for row in ("25%", "75%", "max")
        ),
        step=step("describe"),
    )
    r = float(frame[[y, w]].corr().iloc[0, 1])
    yield Said(
        template=(f"{y} and {w} have r = {{0}}." if en else f"{y}与{w}的相关系数为 {{0}}。"),
        slots=(Slot(value=r, form="three", signed=abs(r) > 0.01),),
        step=step("correlation"),
    )
    total = float(frame[y].sum())
    yield Said(
        template=(f"Total {y} is about {{0}}." if en else f"{y}总计约 {{0}}。"),
        slots=(Slot(value=total, form="k" if en else "wan"),),
        step=step("printed"),
    )
    yield from _effects(story, en, rng)


def _effects(story: Story, en: bool, rng: random.Random) -> Iterator[Said]:
    made = story.effect
    rows = [one for one in made.get("estimates", ()) if one.get("unit") == "%" and len(one["groups"]) == 2]
    if rows:
        one = rng.choice(rows)
        level, group = one["groups"][story.x], one["groups"][story.z]
        others = tuple(row["value"] for row in rows if row is not one)
        reference = made["values"]["reference"]
        yield Said(
            template=(
                f"Within {group}, {story.y} differs by {{0}} for {level} against {reference} (95% CI {{1}} to {{2}})."
                if en
                else f"在{group}中，{level} 与 {reference} 相比，{story.y}相差 {{0}}（95% 置信区间 {{1}} 至 {{2}}）。"
            ),
            slots=(
                Slot(value=one["value"], form="signed percent", others=others, signed=abs(one["value"]) > 0.5),
                Slot(
                    value=one["low"], form="signed percent", others=tuple(row["low"] for row in rows if row is not one)
                ),
                Slot(value=one["high"], form="signed percent"),
            ),
            step=story.step("effect"),
        )
    for test in made.get("tests", ()):
        if test["symbol"] == "F" and len(test["df"]) == 2 and test["effect"]:
            eta = test["effect"]
            yield Said(
                template=(
                    "The test gives F({0}, {1}) = {2}; partial eta² is {3} (95% CI {4} to {5})."
                    if en
                    else "检验得 F({0}, {1}) = {2}；偏 eta² 为 {3}（95% CI {4} 至 {5}）。"
                ),
                slots=(
                    Slot(value=test["df"][0], form="bare"),
                    Slot(value=test["df"][1], form="int"),
                    Slot(value=test["statistic"], form="two"),
                    *(Slot(value=eta[key], form="four") for key in ("value", "low", "high")),
                ),
                step=story.step("effect"),
            )
            break


def narratives(stories: tuple[Story, ...], *, count: int, seed: int) -> Iterator[tuple[Story, str, tuple[Told, ...]]]:
    """Yield narratives of five to eight sentences, each with one wrong number; every kind of fault in turn."""
    rng = random.Random(seed)
    made = 0
    while made < count:
        story, language = stories[made % len(stories)], ("en", "zh")[(made // len(stories)) % 2]
        fault = FAULTS[made % len(FAULTS)]
        chosen = list(sentences(story, language, rng))
        rng.shuffle(chosen)
        chosen = chosen[: rng.randint(5, 8)]
        write_: Callable[[Said], Told | None] = lambda said: tell(said, rng, fault)  # noqa: B023, E731
        at = next((at for at, said in enumerate(chosen) if write_(said) is not None), None)
        if at is None:
            continue
        told = tuple(
            one
            for place, said in enumerate(chosen)
            if (one := tell(said, rng, fault if place == at else "")) is not None
        )
        if sum(one.wrong is not None for one in told) == 1:
            made += 1
            yield story, language, told
