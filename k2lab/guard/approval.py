"""Approval: who decides on a cell that the judge does not simply allow."""

from __future__ import annotations

from typing import Literal

from k2lab.guard.verdict import Answer, Approver, Edited, Rejected, Verdict

Mode = Literal["auto", "ask", "never"]


def approver(mode: Mode, ask: Approver | None = None) -> Approver:
    """Return who answers for cells in this mode.

    Parameters
    ----------
    mode : {"auto", "ask", "never"}
        ``auto`` is the person's consent beforehand to what would be asked; ``ask`` asks for each such cell; ``never``
        rejects it.
    ask : callable, optional
        Asks the person. Where nobody can be asked, ``ask`` is as strict as ``never``.

    Returns
    -------
    callable
        Takes a cell and its verdict. What the judge denies is rejected in every mode. After the answer ``run``, cells
        that need no more than the same rules are not asked about again.

    Raises
    ------
    ValueError
        If the mode is unknown.

    Examples
    --------
    >>> from k2lab.guard.judge import judge
    >>> code = "!ls"
    >>> approver("never")(code, judge(code)), approver("auto")(code, judge(code))
    ('reject', 'once')
    """
    if mode not in ("auto", "ask", "never"):
        raise ValueError(f"approve is {mode!r}; it can be 'auto', 'ask' or 'never'")
    agreed: set[str] = set()

    def decide(code: str, verdict: Verdict) -> Answer | Edited | Rejected:
        if verdict.decision == "deny":
            return "reject"
        if verdict.decision == "allow" or mode == "auto":
            return "once"
        rules = {reason.rule for reason in verdict.reasons}
        if rules <= agreed:
            return "run"
        if mode == "never" or ask is None:
            return "reject"
        answer = ask(code, verdict)
        if answer == "run":
            agreed.update(rules)
        return answer

    return decide
