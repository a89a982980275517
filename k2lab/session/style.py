"""Styles of answers: a run's, once it has ended, and those that a notebook records."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from k2lab.errors import K2Error, UsageError
from k2lab.locale import language, language_of, pick, use_language

if TYPE_CHECKING:
    from k2lab.agent.run import Run
    from k2lab.session.providers import Chosen
    from k2lab.settings import Settings


def in_style(run: Run, style: str, chosen: Chosen, settings: Settings) -> Run:
    """Return a run with its answer in a style; where that fails, as it was, with a line among its methods."""
    from k2lab.agent.style import restyle
    from k2lab.agent.trace import ledger_of

    assert run.answer is not None
    try:
        made = restyle(
            run.answer,
            style,
            ledger=ledger_of(run),
            provider=chosen.provider,
            language="zh" if run.language == "zh" else "en",
            price=chosen.price,
            budget=settings.budget,
            spent=run.usage,
            reply_tokens=chosen.reply,
        )
    except (K2Error, KeyboardInterrupt) as fault:  # the answer is there; its wording is not worth losing it
        why = str(fault) or pick("interrupted", "已中断")
        note = pick(f"The style {style!r} could not be had: {why}", f"未能改写为 {style!r} 文风：{why}")
        return replace(run, answer=replace(run.answer, methods=(*run.answer.methods, note)))
    usage = run.usage + made.usage
    cost = chosen.price(usage) if chosen.price else None
    return replace(run, answer=made.answer, usage=usage, cost=cost[0] if cost else run.cost)


def restyle_notebook(nb: Any, style: str, settings: Settings) -> None:
    """Write the answers that a notebook records in a style, in place; its cells stay as they are.

    Raises
    ------
    UsageError
        If it records no answer, or nobody can write in that style.
    ProviderError
        If the model cannot be reached.
    """
    from k2lab.agent.record import answer_from_dict
    from k2lab.agent.style import restyle
    from k2lab.report.runs import runs_of, tracer_of
    from k2lab.session.providers import choose

    runs = [run for run in runs_of(nb) if isinstance(run.get("answer"), dict) and "title" in run["answer"]]
    if not runs:
        raise UsageError("The notebook records no answer to be written in another style.", "Leave --style out.")
    chosen = choose(settings, [], session="")
    before = language()
    try:
        for run in runs:
            spoken = "zh" if (run.get("language") or language_of(str(run.get("question", "")))) == "zh" else "en"
            made = restyle(
                answer_from_dict(run["answer"]),
                style,
                ledger=tracer_of(nb, run).ledger,
                provider=chosen.provider,
                language=use_language(spoken),
                price=chosen.price,
                budget=settings.budget,
                reply_tokens=chosen.reply,
            )
            run["answer"].update(asdict(made.answer))
    finally:
        use_language(before)
