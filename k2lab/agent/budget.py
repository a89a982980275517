"""The budget: whether the next request could cost more than is left, whatever the model replies."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from decimal import Decimal

from k2lab.conversation.messages import Message, ToolSpec, Usage
from k2lab.conversation.record import message_to_dict
from k2lab.errors import SettingsError
from k2lab.locale import pick

Price = Callable[[Usage], tuple[Decimal, str] | None]
"""What tokens cost: amount and currency, or None where it is not known."""

_MESSAGE = 16
"""Tokens that a chat template may put around a message."""


def most_tokens(messages: Sequence[Message], tools: Sequence[ToolSpec]) -> int:
    """Return a number of tokens that a request cannot exceed: a byte of its JSON text is at most one token."""
    texts = [json.dumps(message_to_dict(message), ensure_ascii=False) for message in messages]
    texts += [tool.name + tool.description + json.dumps(dict(tool.parameters)) for tool in tools]
    return sum(len(text.encode(errors="replace")) + _MESSAGE for text in texts)


def over_budget(budget: Decimal, price: Price | None, spent: Usage, worst: Usage) -> str:
    """Tell why the next request must not be made, or return an empty string.

    Parameters
    ----------
    budget : Decimal
        Money that the run may cost.
    price : callable or None
    spent : Usage
        Of the run so far.
    worst : Usage
        The most that the next request can use.

    Raises
    ------
    k2lab.errors.SettingsError
        If no price is known, because then no budget can be kept.

    Examples
    --------
    >>> def price(usage): return Decimal(usage.completion_tokens), "CNY"
    >>> over_budget(Decimal(5), price, Usage(completion_tokens=4), Usage(completion_tokens=1))
    ''
    >>> over_budget(Decimal(5), price, Usage(completion_tokens=4), Usage(completion_tokens=2))
    'The next request could bring the cost to 6.0000 CNY, above the budget of 5 CNY; 4.0000 CNY are spent.'
    """
    after, now = (price(spent + worst), price(spent)) if price else (None, None)
    if after is None or now is None:
        raise SettingsError(
            pick(
                "A budget is set, but the price of this model at this server is not known.",
                "已设置预算，但不知道该模型在此服务器上的价格。",
            ),
            pick(
                "Leave out the budget, or name the price in a profiles file (K2LAB_PROFILES).",
                "请去掉预算，或在 profiles 文件（K2LAB_PROFILES）中写明价格。",
            ),
        )
    if after[0] <= budget:
        return ""
    unit = after[1]
    return pick(
        f"The next request could bring the cost to {after[0]:.4f} {unit}, above the budget of {budget} {unit}; "
        f"{now[0]:.4f} {unit} are spent.",
        f"下一次请求可能使费用达到 {after[0]:.4f} {unit}，超出预算 {budget} {unit}；已花费 {now[0]:.4f} {unit}。",
    )
