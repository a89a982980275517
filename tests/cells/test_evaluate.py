from __future__ import annotations

import pytest

from k2lab.cells.evaluate import evaluate


def test_the_last_expression_is_text_or_json_and_names_are_forgotten():
    names = {"a": 2}

    assert evaluate("b = [a]\nb", names) == "[2]"
    assert evaluate("'é' + str(a)", names) == "é2"
    assert names == {"a": 2}


def test_functions_see_each_other():
    assert evaluate("def f(n):\n    return 1 if n < 1 else f(n - 1)\nf(3)", {}) == "1"


@pytest.mark.parametrize("code", ["", "a = 1"])
def test_without_an_expression_it_says_so(code: str):
    with pytest.raises(ValueError, match="no expression"):
        evaluate(code, {})
