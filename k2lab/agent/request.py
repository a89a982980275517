"""A request: one reply of the model, asked for again when it breaks off, within all limits."""

from __future__ import annotations

from collections.abc import Callable, Generator

from k2lab.agent.book import Book, Ended
from k2lab.agent.events import Event, TextArrived
from k2lab.conversation.messages import Completion, Usage
from k2lab.conversation.window import conversation_tokens, estimate_tokens
from k2lab.errors import ReplyUnusable
from k2lab.locale import pick
from k2lab.provider.base import Provider
from k2lab.provider.errors import ReplyBroken, WindowFull


def request(book: Book, provider: Provider, stop: Callable[[], bool] | None) -> Generator[Event, None, Completion]:
    """Ask for the next reply, pass on what arrives, and return it whole.

    Raises
    ------
    Ended
        If a limit forbids the request, or time runs out while the reply arrives.
    KeyboardInterrupt
        If the person interrupts, or `stop` says so.
    k2lab.errors.ProviderError
        If there is no reply to be had.
    """
    tries_left, folded = book.limits.breaks, False
    while True:
        book.before_request()
        try:
            completion = yield from _reply(book, provider, stop)
        except ReplyBroken as error:
            yield book.spend(error.usage, certain=False)
            book.check_time()
            if not tries_left:
                raise
            tries_left -= 1
            again = pick("The reply broke off; asking again.", "回复中断，正在重新请求。")
            yield TextArrived(text=again, reasoning=True, notice=True)
        except WindowFull as error:
            if folded or not book.fold_harder(error.window):
                raise
            folded = True
            shorter = pick("The conversation was too long; asking again with less.", "对话过长，精简后重新请求。")
            yield TextArrived(text=shorter, reasoning=True, notice=True)
        else:
            yield book.spend(completion.usage, certain=not completion.estimated)
            return completion


def _reply(book: Book, provider: Provider, stop: Callable[[], bool] | None) -> Generator[Event, None, Completion]:
    said = ""
    completion: Completion | None = None
    stream = provider.stream(book.window, book.tools)
    try:
        for piece in stream:
            if isinstance(piece, Completion):
                completion = piece
                break
            said += "" if piece.notice else piece.text
            yield TextArrived(text=piece.text, reasoning=piece.reasoning, notice=piece.notice, left=piece.left)
            if stop is not None and stop():
                raise KeyboardInterrupt
            book.check_time()
    except (KeyboardInterrupt, Ended):
        # What was said has been paid for, although no server will tell any more how much it was.
        prompt = conversation_tokens(book.window, book.tools)
        book.spend(Usage(prompt_tokens=prompt, completion_tokens=estimate_tokens(said)), certain=False)
        raise
    finally:
        close = getattr(stream, "close", None)
        if close is not None:
            close()
    if completion is None:
        raise ReplyUnusable("The reply ended without its end.", "Try again.")
    return completion
