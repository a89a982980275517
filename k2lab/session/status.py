"""Status: what would answer, what was used so far."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from k2lab.conversation.messages import Usage
from k2lab.session.providers import balance_of, described

if TYPE_CHECKING:
    from k2lab.session import Session
    from k2lab.settings import Settings


def status(session: Session, settings: Settings) -> str:
    """Say which model would answer, whether there is a key, what was used, and how the last run ended.

    The account's balance is asked for where there is a key; a server that does not tell it is left out.
    """
    used = sum((run.usage for run in session.runs), Usage())
    costs = [run.cost for run in session.runs if run.cost is not None]
    currency = next((run.currency for run in session.runs if run.currency), "")
    left = balance_of(settings)
    lines = [
        *described(settings),
        *([f"balance   {left}"] if left else []),
        f"privacy   {settings.privacy}",
        f"runs      {len(session.runs)}",
    ]
    lines.append(
        f"tokens    {used.prompt_tokens:,} in ({used.cached_tokens:,} from cache), {used.completion_tokens:,} out"
    )
    if currency:
        lines.append(f"cost      {sum(costs, Decimal(0)):.4f} {currency}")
    if session.runs:
        last = session.runs[-1]
        lines.append(f"last run  {last.id}: {last.status}, {len(last.steps)} steps, {last.seconds:.0f} s")
        if last.problem:
            lines.append(f"          {last.problem}")
    return "\n".join(lines)
