"""The %%k2 line: options first, then anything at all."""

from __future__ import annotations

import pytest

from k2lab.errors import UsageError
from k2lab.notebook.options import complete_options, read_options


def test_options_are_read_and_the_rest_is_the_question_untouched():
    options = read_options(
        """-d pay -d jobs --privacy=summary --report "my report.html" what's {x} "really" worth? --no"""
    )

    assert options.frames == ("pay", "jobs")
    assert options.settings == {"privacy": "summary", "report": "my report.html"}
    assert options.words == """what's {x} "really" worth? --no"""


@pytest.mark.parametrize("question", ["it's", "{0} {{}} %s $x", '"', "'", "薪资「差异」？", "a -m b", "\\n \\"])
def test_any_text_is_a_question(question):
    assert read_options(question).words == question


def test_several_frames_may_stand_in_one_option():
    assert read_options("-d pay,jobs").frames == ("pay", "jobs")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("--privac summary", "--privac is no option of %%k2. Did you mean --privacy?"),
        ("-x", "-x is no option of %%k2. See %k2 help."),
        ("-d", "-d needs a value. See %k2 help."),
        ("-m --budget 1", "-m needs a value. See %k2 help."),
    ],
)
def test_a_bad_option_is_one_clear_line(line, said):
    with pytest.raises(UsageError) as refused:
        read_options(line)

    assert str(refused.value) == said


def test_options_complete():
    assert complete_options("--re") == ["--report", "--replay", "--record"]
