"""Retries: whether another attempt is of use, how long to wait for it, and a countdown that can be interrupted."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from k2lab.conversation.messages import TextDelta
from k2lab.errors import ProviderError, RateLimited, ServerUnreachable
from k2lab.locale import pick
from k2lab.provider.errors import ReplyBroken

LONGEST_WAIT = 90.0
"""Seconds; a server that asks for a longer wait ends the run instead."""


def wait_before(error: ProviderError, attempt: int) -> float | None:
    """Return the seconds to wait before the next attempt, or None when another one is of no use.

    Parameters
    ----------
    error : ProviderError
        Caused by an exception of the package that spoke to the server.
    attempt : int
        How many attempts were made.
    """
    if not isinstance(error, (RateLimited, ServerUnreachable)) or isinstance(error, ReplyBroken):
        return None
    response = getattr(error.__cause__, "response", None)
    if response is not None and not _may_pass(response.status_code):
        return None
    asked = retry_after(response.headers.get("retry-after")) if response is not None else None
    if asked is not None:
        return asked + random.uniform(0, 0.5) if asked <= LONGEST_WAIT else None
    if isinstance(error, ServerUnreachable) and attempt >= 3:
        return None
    start = 2.0 if isinstance(error, RateLimited) else 0.5
    return float(min(30.0, start * 2 ** (attempt - 1)) * random.uniform(0.75, 1.25))


def countdown(seconds: float, why: str, sleep: Callable[[float], object]) -> Iterator[TextDelta]:
    """Wait, a second at a time, and say each time how long it takes still; a true value of `sleep` ends it."""
    left = seconds
    while left > 0:
        if seconds >= 1:
            said = pick(f"Waiting {left:.0f} s: {why}", f"等待 {left:.0f} 秒：{why}")
            yield TextDelta(text=said, reasoning=True, notice=True, left=left)
        if sleep(min(1.0, left)):
            return
        left -= 1.0


def retry_after(given: str | None) -> float | None:
    """Read a Retry-After header: seconds or an HTTP date; None where it says neither.

    Examples
    --------
    >>> retry_after("2"), retry_after("Mon, 01 Jan 2001 00:00:00 GMT"), retry_after("soon"), retry_after("nan")
    (2.0, 0.0, None, None)
    """
    if not given:
        return None
    try:
        seconds = float(given)
    except ValueError:
        pass
    else:
        return max(0.0, seconds) if seconds == seconds else None
    try:
        then = parsedate_to_datetime(given)
        then = then if then.tzinfo else then.replace(tzinfo=UTC)
        return max(0.0, (then - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


def _may_pass(status: int) -> bool:
    """Tell whether a status may be another one in a moment; 200 is that of a stream in which an error came."""
    return status in (200, 408, 409, 425, 429) or status >= 500
