"""OpenAI's chat completions: what Moonshot's servers, vLLM, SGLang, KTransformers, llama.cpp and OpenRouter speak."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import closing
from types import ModuleType
from typing import TYPE_CHECKING, Any

from k2lab.provider.line import Line, error_in, whole
from k2lab.provider.wire import to_wire, tools_to_wire

if TYPE_CHECKING:
    from openai import OpenAI

    from k2lab.provider.server import Asked


class ChatCompletions:
    """Requests and replies of ``POST /chat/completions``, always streamed."""

    def package(self) -> ModuleType:
        """Return the `openai` package."""
        import openai

        return openai

    def body(self, asked: Asked) -> dict[str, Any]:
        """Return the keyword arguments of a request."""
        body: dict[str, Any] = {
            "model": asked.model,
            "messages": to_wire(asked.messages, thinks=asked.thinks),
            "stream": True,
            "stream_options": {"include_usage": True},
            "max_completion_tokens": asked.longest,
        }
        if asked.tools:
            body["tools"] = tools_to_wire(asked.tools)
        if asked.tool_choice:
            body["tool_choice"] = asked.tool_choice
        if asked.temperature is not None:
            body["temperature"] = asked.temperature
        if asked.more:
            body["extra_body"] = dict(asked.more)
        return body

    def chunks(self, line: Line, body: Mapping[str, Any]) -> Generator[Mapping[str, Any], None, None]:
        """Send a request, and yield its chunks."""
        import openai

        with closing(openai_client(line)) as client, client.chat.completions.create(**body) as stream:
            if (made := whole(stream.response, openai)) is not None:
                yield from _as_chunk(made)
                return
            for chunk in stream:
                line.heard()
                made = chunk.model_dump(exclude_unset=True, warnings=False)
                if made.get("object") == "error":  # older vLLM
                    raise error_in(made, stream.response, openai)
                yield made


def _as_chunk(made: Mapping[str, Any]) -> Generator[Mapping[str, Any], None, None]:
    """Yield a completion that was not streamed as one chunk."""
    choices = made.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    if isinstance(first, Mapping) and isinstance(first.get("message"), Mapping):
        ended = first.get("finish_reason") or "stop"
        yield {**made, "choices": [{"delta": first["message"], "finish_reason": ended}]}


def openai_client(line: Line) -> OpenAI:
    """Return a client of the `openai` package, which never tries again by itself."""
    import openai

    return openai.OpenAI(api_key=line.key or "none", **line.options(openai))
