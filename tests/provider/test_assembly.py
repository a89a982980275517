"""Replies put together: every split of the bytes of one recorded exchange, and the shapes of many servers."""

from __future__ import annotations

import json

import pytest

from k2lab.agent.tools import offered
from k2lab.conversation.messages import Completion, TextDelta
from k2lab.provider.assembly import Reply
from tests.fakes import call, calls, runs
from tests.servers.replies import Streamed, chunk

SAID = calls(
    call("run_cell", code='df["工资"].mean()  # \U0001f600 \\n "x"', title="均值", why="W"),
    call("look", frame="df", columns=["a b"]),
    text="我先看\U0001f600。",
    reasoning="Hm, 好.",
)


def assemble(*chunks, messages=(), tools=()):
    reply = Reply(messages, tools, model="m")
    pieces = [piece for made in chunks for piece in reply.add(made)]
    return [*pieces, *reply.complete()]


def delta(**given):
    return chunk("m", given)


def stop(reason="stop"):
    return chunk("m", {}, finish_reason=reason)


def test_pieces_without_an_index():
    events = Streamed(message=SAID, letters=4, index=False).events("m")
    chunks = [json.loads(event[6:]) for event in events if b"[DONE]" not in event]
    *_, completion = assemble(*chunks)

    assert [one.arguments for one in completion.message.calls] == [one.arguments for one in SAID.calls]


def test_several_calls_under_one_index():
    first = {"index": 0, "id": "a", "function": {"name": "look", "arguments": '{"frame": "a"}'}}
    second = {"index": 0, "id": "b", "function": {"name": "look", "arguments": '{"frame": "b"}'}}
    *_, completion = assemble(delta(tool_calls=[first, second]), stop("tool_calls"))

    assert [one.arguments["frame"] for one in completion.message.calls] == ["a", "b"]


def test_the_name_repeated_in_every_piece():
    piece = {"index": 0, "id": "a", "function": {"name": "look", "arguments": '{"fra'}}
    more = {"index": 0, "id": "a", "function": {"name": "look", "arguments": 'me": "a"}'}}
    *_, completion = assemble(delta(tool_calls=[piece]), delta(tool_calls=[more]), stop())

    assert completion.message.calls[0].name == "look"
    assert completion.message.calls[0].arguments == {"frame": "a"}


def test_arguments_that_are_no_text():
    piece = {"index": 0, "id": "a", "function": {"name": "look", "arguments": {"frame": "工"}}}
    *_, completion = assemble(delta(tool_calls=[piece]), stop())

    assert completion.message.calls[0].arguments == {"frame": "工"}


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"choices": []},
        {"choices": None},
        {"choices": [None]},
        {"choices": [{"delta": None}]},
        {"choices": [{"delta": {"content": None, "tool_calls": None}}]},
        {"choices": [{"delta": {"tool_calls": [None, {}, {"function": None}]}}]},
        {"usage": None},
        {"usage": {"prompt_tokens": 0}},
    ],
)
def test_odd_chunks_do_no_harm(odd):
    *_, completion = assemble(odd, delta(content="Hi"), odd, stop())

    assert completion.message.text == "Hi"
    assert completion.message.calls == ()


def test_content_in_parts():
    *_, completion = assemble(delta(content=[{"type": "text", "text": "Hi"}, {"type": "image"}]), stop())

    assert completion.message.text == "Hi"


def test_halves_of_a_letter_are_joined_and_shown_whole():
    *pieces, completion = assemble(delta(content="a\ud83d"), delta(content="\ude00b\ud83d"), stop())

    assert completion.message.text == "a\U0001f600b\ufffd"
    assert "".join(piece.text for piece in pieces) == "a\U0001f600b\ufffd"
    for piece in pieces:
        piece.text.encode()


def test_thinking_in_the_content():
    *_, completion = assemble(delta(content="<think>Hm.</think>\nHi."), stop())

    assert (completion.message.reasoning, completion.message.text) == ("Hm.", "Hi.")


def test_text_that_looks_like_the_beginning_of_a_call_is_shown_in_the_end():
    *pieces, completion = assemble(delta(content="a <|tool"), delta(content=" b <tool_cal"), stop())

    assert "".join(piece.text for piece in pieces) == completion.message.text == "a <|tool b <tool_cal"


def test_ids_are_counted_over_the_conversation():
    earlier = (runs("1", "2"), runs("3"))
    one = {"index": 0, "id": "call_59adf56", "function": {"name": "functions.look:0", "arguments": "{}"}}
    *_, completion = assemble(delta(tool_calls=[one]), stop(), messages=earlier)

    assert completion.message.calls[0].id == "functions.look:3"
    assert completion.message.calls[0].name == "look"


ARGUMENTS = '{"frame": "df", "columns": []}'
BEGIN, MIDDLE, END = "<|tool_call_begin|>", "<|tool_call_argument_begin|>", "<|tool_call_end|>"
LEAKED = [
    f'<tool_call>\n{{"name": "look", "arguments": {ARGUMENTS}}}\n</tool_call>',
    f'<tool_call>{{"name": "look", "arguments": {ARGUMENTS}}}',
    f'```json\n{{"name": "look", "arguments": {ARGUMENTS}}}\n```',
    f'{{"name": "look", "parameters": {ARGUMENTS}}}',
    f"{BEGIN}functions.look:0{MIDDLE}{ARGUMENTS}{END}",
    f"<|tool_call_section_begin|>{BEGIN} look:7 {MIDDLE} {ARGUMENTS}",
    f"<|tool_calls_section_begin|>{BEGIN}call_59adf56{MIDDLE}{ARGUMENTS}{END}<|tool_calls_section_end|><|im_end|>",
]


@pytest.mark.parametrize("leaked", LEAKED)
def test_calls_left_in_the_text(leaked):
    *_, completion = assemble(delta(content=leaked), stop(), tools=offered(ask=True))

    assert [(one.name, one.arguments) for one in completion.message.calls] == [("look", {"frame": "df", "columns": []})]
    assert completion.message.text == ""


def test_markers_inside_an_argument_stay():
    code = 'print("<|tool_call_end|>")'
    leaked = f"{BEGIN}functions.run_cell:0{MIDDLE}{json.dumps({'code': code})}{END}"
    *_, completion = assemble(delta(content=leaked), stop())

    assert completion.message.calls[0].arguments == {"code": code}


def test_a_leaked_call_that_is_cut_becomes_a_fault():
    leaked = '<|tool_call_begin|>functions.run_cell:0<|tool_call_argument_begin|>{"code": "pri'
    *_, completion = assemble(delta(content=leaked), stop("length"))

    assert completion.message.calls[0].name == "run_cell"
    assert completion.message.calls[0].fault


def test_json_that_is_an_answer_is_no_call():
    *_, completion = assemble(delta(content='{"name": "Ada", "arguments": {}}'), stop(), tools=offered(ask=False))

    assert completion.message.calls == ()
    assert completion.message.text == '{"name": "Ada", "arguments": {}}'


def test_everything_shown_is_everything_said():
    *pieces, last = assemble(*[delta(content=letter) for letter in "Plain text <b> & <tool."], stop())

    assert isinstance(last, Completion)
    assert all(isinstance(piece, TextDelta) for piece in pieces)
    assert "".join(piece.text for piece in pieces) == "Plain text <b> & <tool."
