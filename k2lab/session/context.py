"""Context: exactly what would be sent for some frames, its tokens and its price, without a call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from k2lab.schema.model import FrameSchema
    from k2lab.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Context:
    """What would be sent.

    Attributes
    ----------
    model : str
        Who would read it.
    frames_text : str
        The description of the frames, word for word.
    frames_tokens, fixed_tokens : int
        Estimated tokens of that text, and of the system prompt and tools that go before it.
    price : Decimal or None
        Of sending both once, in `currency`; None where the price is not known.
    currency : str
    local : bool
        Whether it stays on this machine: the offline analyst reads it.
    """

    model: str
    frames_text: str
    frames_tokens: int
    fixed_tokens: int
    price: Decimal | None = None
    currency: str = ""
    local: bool = False

    @property
    def text(self) -> str:
        """The context as a person reads it."""
        return f"{self.frames_text}\n\n{self._closing()}"

    def _closing(self) -> str:
        if self.local:
            return f"About {self.frames_tokens:,} tokens. The {self.model} reads this on your machine; nothing is sent."
        money = f", about {self.price:.5f} {self.currency}" if self.price is not None else ", price not known"
        return (
            f"Sent to {self.model} with the question: {self.frames_tokens:,} tokens above, and {self.fixed_tokens:,} "
            f"tokens of fixed instructions and tools; {self.frames_tokens + self.fixed_tokens:,} in all{money}. "
            "Estimates; nothing was sent."
        )

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return asdict(self) | {"price": None if self.price is None else str(self.price)}


def context(frames: Sequence[FrameSchema], settings: Settings) -> Context:
    """Return what would be sent for `frames`."""
    from k2lab.agent.tools import offered
    from k2lab.conversation.messages import Usage
    from k2lab.conversation.prompt import opening, system_prompt
    from k2lab.conversation.window import estimate_tokens, message_tokens, tool_tokens
    from k2lab.schema.render import render
    from k2lab.session.providers import is_offline, price_of, reader

    text = render(frames)
    message = opening("", text, "en")
    fixed = (
        estimate_tokens(system_prompt())
        + tool_tokens(offered(ask=False))
        + message_tokens(message)
        - estimate_tokens(text)
    )
    price = price_of(settings)
    cost = price(Usage(prompt_tokens=fixed + estimate_tokens(text))) if price else None
    return Context(
        model=reader(settings),
        frames_text=message.text.partition("<data>\n")[2].partition("\n</data>")[0],
        frames_tokens=estimate_tokens(text),
        fixed_tokens=fixed,
        price=cost[0] if cost else None,
        currency=cost[1] if cost else "",
        local=is_offline(settings),
    )
