from __future__ import annotations

import threading

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from k2lab.cells.tape import Limits, Tape, plain, settle, shorten


def test_streams_that_follow_each_other_are_one_output():
    tape = Tape()
    tape.stream("stdout", "a")
    tape.stream("stdout", "b\n")
    tape.stream("stderr", "c")
    tape.stream("stdout", "d")

    assert [(o["name"], o["text"]) for o in tape.outputs()] == [("stdout", "ab\n"), ("stderr", "c"), ("stdout", "d")]


def test_an_update_changes_every_display_of_that_id_and_no_other():
    tape = Tape()
    for mark in ("x", "y", "x"):
        tape.display({"text/plain": "old"}, {}, mark)
    tape.update({"text/plain": "new"}, {"m": 1}, "x")
    tape.update({"text/plain": "lost"}, {}, "z")
    tape.update({"text/plain": "lost"}, {}, None)

    assert [o["data"]["text/plain"] for o in tape.outputs()] == ["new", "old", "new"]
    assert tape.outputs()[0]["metadata"] == {"m": 1}


@pytest.mark.parametrize(
    ("shown", "kept"),
    [
        ("<Axes: title={'left': 'pay by level'}, xlabel='pay'>", False),
        ("[<matplotlib.lines.Line2D at 0x7f12>]", False),
        ("<seaborn.axisgrid.FacetGrid at 0x7f12>", False),
        ("array([<Axes: >, <Axes: >], dtype=object)", False),
        ("array([1, 2])", True),
        ("<k2lab.Answer>", True),
    ],
)
def test_a_handle_on_a_figure_is_no_result(shown: str, kept: bool):
    tape = Tape()
    tape.result({"text/plain": shown}, {}, 1)

    assert bool(tape.outputs()) == kept


def test_clear_waits_for_the_next_output_if_told_to():
    tape = Tape()
    tape.stream("stdout", "a")
    tape.clear(True)
    assert len(tape.outputs()) == 1
    tape.stream("stdout", "b")
    assert [o["text"] for o in tape.outputs()] == ["b"]
    tape.clear(False)
    assert tape.outputs() == ()


def test_a_long_stream_keeps_head_and_tail_and_counts_the_rest():
    tape = Tape(limits=Limits(text=100))
    for number in range(10_000):
        tape.stream("stdout", f"{number}\n")
    [output] = tape.outputs()
    head, mark, tail = output["text"].partition("[... ")

    assert head.startswith("0\n1\n2\n")
    assert tail.endswith("\n9998\n9999\n")
    assert len(output["text"]) < 150
    cut = int(tail.split(" ")[0].replace(",", ""))
    assert mark
    assert cut + 100 == sum(len(f"{number}\n") for number in range(10_000))


@given(st.lists(st.text(alphabet="ab\n", max_size=30), max_size=60), st.integers(10, 80))
def test_a_stream_is_whole_or_bounded_with_its_ends_right(parts: list[str], limit: int):
    tape = Tape(limits=Limits(text=limit))
    for part in parts:
        tape.stream("stdout", part)
    whole = "".join(parts)
    text = "".join(o["text"] for o in tape.outputs())
    half = limit // 2

    if len(whole) <= limit:
        assert text == whole
    else:
        assert len(text) <= 2 * limit + 60
        assert text.startswith(whole[:half])
        assert text.endswith(whole[-half:])


def test_many_outputs_keep_the_first_and_the_last():
    tape = Tape(limits=Limits(total=20_000))
    for number in range(1_000):
        tape.display({"text/plain": str(number)})
    tape.failed("E", "last", ["E: last"])
    outputs = tape.outputs()

    assert len(outputs) < 120
    assert outputs[0]["data"]["text/plain"] == "0"
    assert outputs[-1]["output_type"] == "error"
    assert outputs[-2]["data"]["text/plain"] == "999"
    assert sum("outputs left out" in str(o.get("text")) for o in outputs) == 1


def test_what_cannot_be_cut_is_left_out_and_named():
    tape = Tape(limits=Limits(rich=1_000, text=100))
    tape.display({"image/png": "A" * 2_000, "text/plain": "a figure", "text/html": "<b>x</b>"})
    tape.display({"text/plain": "y" * 500})
    first, second = (o["data"] for o in tape.outputs())

    assert set(first) == {"text/plain", "text/html"}
    assert "image/png left out" in first["text/plain"]
    assert "400 characters cut" in second["text/plain"]


def test_outputs_are_valid_in_a_notebook():
    tape = Tape()
    tape.stream("stdout", "a")
    tape.display({"text/plain": "b"}, {}, "id")
    tape.result({"text/plain": "c"}, None, 3)
    tape.failed("ValueError", "d" * 10_000, ["frame"] * 10_000)
    cell = nbformat.v4.new_code_cell("x", outputs=[nbformat.from_dict(dict(o)) for o in tape.outputs()])
    nbformat.validate(nbformat.v4.new_notebook(cells=[cell]))

    assert tape.error is not None
    assert len(tape.error.value) < 5_000
    assert len("".join(tape.error.traceback)) < 50_000


def test_threads_may_write_at_the_same_time():
    tape = Tape()
    threads = [threading.Thread(target=lambda: [tape.stream("stdout", "ab\n") for _ in range(500)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert tape.outputs()[0]["text"] == "ab\n" * 2_000


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1%\r2%\r\n", "2%\n"),
        ("long\rab", "abng"),
        ("ab\bc", "ac"),
        ("\b\bx", "x"),
        ("a\n\rb", "a\nb"),
        ("same", "same"),
    ],
)
def test_carriage_returns_and_backspaces_act(text: str, shown: str):
    assert settle(text) == shown


def test_colours_are_taken_out():
    assert plain("\x1b[31mred\x1b[0m \x1b]8;;http://x\x07link\x1b]8;;\x07 \x1b[2K") == "red link "


def test_short_texts_are_not_shortened():
    assert shorten("abc", 3) == "abc"
