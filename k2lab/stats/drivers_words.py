"""The words for what predicts an outcome."""

from __future__ import annotations

from collections.abc import Sequence

from k2lab.locale import pick
from k2lab.locale.numbers import count, number
from k2lab.stats.probe import Probe
from k2lab.stats.result import Scalar, Sentence
from k2lab.stats.words import listed, rows, tidy

SEED = 20250101


def words(
    y: str,
    reason: str,
    fits: dict[str, tuple[float, float, float]],
    importance: Sequence[tuple[Scalar, ...]],
    looked: Sequence[Probe],
    sizes: tuple[int, int, int, int],
    sampled: bool,
) -> list[Sentence]:
    """Say which columns predict the outcome, how well, how it was measured, and what that does not mean."""
    name, (n, held, usable, used) = tidy(y), sizes
    drawn_en, drawn_zh = (f" (sampled, seed {SEED})", f"（抽样，种子 {SEED}）") if sampled else ("", "")
    screen_en = screen_zh = ""
    if used < usable:
        screen_en = (
            f" Of {usable} columns, the {used} that relate most to it on the training rows were used, each looked at "
            "alone."
        )
        screen_zh = f"{usable} 列中只用了在训练行上单独看与其最相关的 {used} 列。"
    told = [
        pick(
            f"{kind} {number(v[0], 2)} (95% CI {number(v[1], 2)} to {number(v[2], 2)})",
            f"{kind} {number(v[0], 2)}（95% 置信区间 {number(v[1], 2)} 至 {number(v[2], 2)}）",
        )
        for kind, v in fits.items()
    ]
    # A fiftieth of the best one's loss is what permuting a column of noise gives now and then.
    least = max((float(row[1] or 0) for row in importance), default=0.0) / 50
    best = [row for row in importance if float(row[2] or 0) > 0 and float(row[1] or 0) >= least][:4]
    top = listed(
        [
            pick(f"{row[0]} ({number(float(row[1] or 0), 2)})", f"{row[0]}（{number(float(row[1] or 0), 2)}）")
            for row in best
        ]
    )
    poor = max(v[2] for v in fits.values()) < 0.05 or not best
    if poor:
        text = pick(
            f"The other columns hardly predict {name}: held-out R² is {listed(told)} (n = {count(held)}).",
            f"其他列几乎不能预测 {name}：留出行的 R² 为 {listed(told)}（n = {count(held)}）。",
        )
    else:
        text = pick(
            f"{name} is best predicted by {top} (loss of held-out R² when permuted); held-out R²: {listed(told)} "
            f"(n = {count(held)}).",
            f"对 {name} 预测力最强的是 {top}（打乱后留出行 R² 的损失）；留出行 R²：{listed(told)}（n = "
            f"{count(held)}）。",
        )
    said = [
        Sentence(key="drivers", role="headline", text=text, columns=(y,), weight=90),
        Sentence(
            key="drivers-limit",
            role="limitation",
            columns=(y,),
            weight=70,
            text=pick(
                f"A column that predicts {name} need not be a reason for it; importance says what the model uses, "
                f"not what would change {name}.",
                f"能预测 {name} 的列未必是其原因；重要性只说明模型用到了什么，而非改变什么会改变 {name}。",
            ),
        ),
        Sentence(
            key="drivers-method",
            role="method",
            columns=(y,),
            weight=50,
            text=pick(
                f"{name} was predicted from {rows(n)}{drawn_en}, {count(held)} of them held out, with equal "
                "rows on the "
                "same side, by ridge regression (its penalty chosen on the training rows) and gradient boosting; the "
                f"scale was chosen since {reason}. Columns that say nearly the same are permuted together.{screen_en}",
                f"用 {rows(n)}{drawn_zh}预测 {name}，其中留出 {count(held)} 行，相同的行归于同侧；"
                "方法为岭回归（惩罚在训练行"
                f"上选定）与梯度提升；尺度的理由：{reason}。内容几乎相同的列一起打乱。{screen_zh}",
            ),
        ),
    ]
    copies = [p for p in looked if p.why_not]
    if copies:
        told_ = listed([f"{tidy(p.name)} ({p.why_not})" for p in copies[:6]])
        said.append(
            Sentence(
                key="leakage",
                role="caveat",
                columns=tuple(p.name for p in copies[:6]),
                weight=65,
                text=pick(f"Not used to predict {name}: {told_}.", f"未用于预测 {name}：{told_}。"),
            )
        )
    return said
