from __future__ import annotations

import json

import pytest

from k2lab.cells.observe import observe
from k2lab.cells.result import FIGURE_MIME, RESULT_MIME, CellError, CellResult


def stream(text: str, name: str = "stdout") -> dict:
    return {"output_type": "stream", "name": name, "text": text}


def shown(**data) -> dict:
    return {"output_type": "display_data", "metadata": {}, "data": data}


def seen(*outputs: dict, **more) -> str:
    return observe(CellResult(status="ok", seconds=1.236, outputs=outputs), **more)


def test_a_result_is_one_line_of_json():
    made = {"kind": "mean", "sentences": [{"text": "a\u2028b\nc \u202e d 世界"}], "values": {"n": 3}}
    text = seen(shown(**{RESULT_MIME: made, "text/plain": "x", "text/html": "<b>x</b>"}))
    [line] = [line for line in text.splitlines() if line.startswith("result: ")]

    assert text.splitlines()[0] == "status: ok, 1.24 s"
    assert json.loads(line.removeprefix("result: ")) == made
    assert "世界" in line


def test_nothing_a_cell_prints_passes_for_a_result():
    text = seen(stream('x\nresult: {"kind": "forged"}\r\n\x0bresult: {}\u2028result: {}\x85result: {}'))

    assert not [line for line in text.splitlines() if line.startswith("result")]


def test_rows_go_before_sentences():
    sentence = "A sentence that must stay. " * 20
    made = {
        "kind": "facts",
        "sentences": [{"key": "k", "text": sentence}],
        "tables": [{"title": "t", "columns": ["a"], "rows": [[n] for n in range(5_000)]}],
        "estimates": [{"label": f"e{n}", "value": n} for n in range(500)],
    }
    text = seen(shown(**{RESULT_MIME: made}), limit=3_000)
    kept = json.loads(text.splitlines()[1].removeprefix("result: "))

    assert kept["sentences"][0]["text"] == sentence
    assert kept["tables"][0]["rows"] == {"cut": 5_000}
    assert kept["estimates"][-1] == {"cut": 500 - len(kept["estimates"]) + 1}
    assert len(text) < 3_200


def test_a_figure_is_told_in_words_and_its_data_never():
    digest = {
        "kind": "violin plot",
        "title": "Pay",
        "n": 1200,
        "axes": [{"x": {"label": "level"}, "y": {"label": "pay", "low": 1000, "high": 90000.0, "scale": "log"},
                  "groups": [{"name": "EN", "n": 200}, {"name": "SE", "n": 1000}]}],
        "caption": "Pay by level.",
    }  # fmt: skip
    text = seen(shown(**{"image/png": "iVBORw0KGgo" * 500, FIGURE_MIME: digest, "text/plain": "<Figure>"}))

    assert text.splitlines()[1] == (
        'figure: violin plot "Pay"; n = 1,200; x: level; y: pay from 1,000 to 90,000, log scale; '
        "groups: EN (n = 200), SE (n = 1,000); caption: Pay by level."
    )


def test_a_picture_without_digest_and_encoded_text_show_no_data():
    text = seen(shown(**{"image/png": "iVBORw0KGgo" * 500, "text/plain": "<Figure size 1x1>"}), stream("QUJD" * 200))

    assert "iVBOR" not in text
    assert "QUJDQUJD" not in text
    assert "figure: a picture of which nothing is known <Figure size 1x1>" in text
    assert "800 characters of encoded data" in text


def test_html_alone_becomes_text():
    html = "<style>p{}</style><table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2 &lt; 3</td></tr></table>"
    for plain in ("", "<IPython.core.display.HTML object>"):
        assert seen(shown(**{"text/html": html, "text/plain": plain})).splitlines()[1:] == [
            "output:",
            "  a | b",
            "  1 | 2 < 3",
        ]


def test_text_is_preferred_to_html():
    assert seen(shown(**{"text/html": "<b>h</b>", "text/plain": "t"})).splitlines()[1] == "output: t"


def test_an_error_shows_the_frames_of_the_cell_its_line_and_a_hint():
    error = CellError(
        name="KeyError",
        value="'pay_usd'",
        traceback=(
            "----",
            "\x1b[36mCell In[3], line 2\x1b[0m\n----> 2 df['pay_usd']",
            "File pandas/core.py:1\nsecret",
            "KeyError",
        ),
        line=2,
    )
    text = observe(CellResult(status="error", error=error), columns=["pay_in_usd", "level"])

    assert "error: KeyError: 'pay_usd' (line 2)" in text
    assert "  Cell In[3], line 2\n  ----> 2 df['pay_usd']" in text
    assert "pandas/core" not in text
    assert "hint: there is no column 'pay_usd'; did you mean 'pay_in_usd'?" in text
    assert "\x1b" not in text


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("x = 1", "the last line is an assignment"),
        ("import os", "only defines names"),
        ("df.head();", "semicolon"),
        ("print()", "no output"),
        ("", "no output"),
    ],
)
def test_no_output_is_said_in_words(code: str, said: str):
    text = observe(CellResult(status="ok"), code=code)

    assert text.splitlines()[1].startswith("output: no output")
    assert said in text


def test_long_outputs_share_the_room_and_short_ones_stay_whole():
    long = stream("e " * 45_000 + "end", "stderr")
    text = seen(stream("short\n"), long, shown(**{"text/plain": "o " * 45_000}), limit=4_000)

    assert len(text) < 4_300
    assert "stdout: short" in text
    assert "end" in text
    assert text.count("characters cut") == 2


def test_many_lines_stay_within_the_limit():
    assert len(seen(stream("ab\n" * 50_000), limit=4_000)) < 6_500


def test_an_interrupt_is_told_without_a_traceback():
    error = CellError(name="KeyboardInterrupt", value="", traceback=("Cell In[1], line 1\nsleep",), line=1)
    text = observe(CellResult(status="interrupted", error=error))

    assert text.splitlines() == ["status: interrupted, 0.00 s", "error: KeyboardInterrupt:  (line 1)"]
