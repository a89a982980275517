"""Results on paper: aligned, escaped, in both languages, never a number that is not finite."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from k2lab import stats
from k2lab.locale import use_language
from k2lab.stats.result import Check, Estimate, Result, Sentence, Table, TestResult
from k2lab.stats.show import MAX_ROWS, as_html, as_text

EVIL = '</td><script>alert("1")</script>\n\u202e`x` & {{7*7}}'


def _result() -> Result:
    effect = Estimate(label=EVIL, value=0.1, low=0.05, high=0.2, n=10, method="m")
    return Result(
        kind="effect",
        title=EVIL,
        estimates=(Estimate(label=EVIL, value=-7.4, low=-8.2, high=-6.6, n=43538, method=EVIL, unit="%", p=1e-9),),
        tests=(
            TestResult(
                label=EVIL,
                method="Wald F",
                statistic=27.07,
                symbol="F",
                df=(6.0, 74289.0),
                p=0.0,
                n=74301,
                effect=effect,
            ),
        ),
        checks=(Check(name=EVIL, reading=EVIL, action=EVIL, passed=False),),
        tables=(Table(title=EVIL, columns=(EVIL, "n"), rows=((EVIL, 5), (None, True), ("x", 1.5)), note=EVIL),),
        sentences=(Sentence(key="k", text=EVIL, role="headline"), Sentence(key="k", text=EVIL, role="caveat")),
        warnings=(EVIL,),
    )


class _Balanced(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_html_is_escaped_balanced_and_without_colours_of_its_own() -> None:
    html = as_html(_result())
    parser = _Balanced()
    parser.feed(html)
    assert parser.open == []
    assert "script" not in parser.seen
    assert "\u202e" not in html
    assert "&lt;script&gt;" in html
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgb\(", html)
    assert not re.search(r"\son\w+=", html)


def test_text_is_aligned_and_on_single_lines() -> None:
    text = as_text(_result())
    assert "\u202e" not in text
    assert all(line.count("\t") == 0 for line in text.splitlines())
    lines = as_text(
        Result(kind="t", title="t", tables=(Table(title="", columns=("名", "n"), rows=(("中文", 10), ("ab", 2))),))
    ).splitlines()
    assert lines[2:] == ["名     n", "----  --", "中文  10", "ab     2"]


def test_a_long_table_is_cut_and_says_so() -> None:
    table = Table(title="", columns=("a",), rows=tuple((str(i),) for i in range(MAX_ROWS + 5)))
    assert "and 5 more rows" in as_text(Result(kind="t", title="t", tables=(table,)))


def test_p_is_never_shown_as_zero() -> None:
    text = as_text(_result())
    assert "< 0.001" in text
    assert not re.search(r"p\s*=\s*0(\.0+)?\b", text)


def test_the_bundle_is_json_in_both_languages() -> None:
    data = pd.DataFrame({"y": [1.0, 2, 3, 4, 5, 6, 7, 9], "g": list("aaaabbbb")})
    for language in ("en", "zh"):
        use_language(language)
        bundle = stats.compare(data, "y", "g")._repr_mimebundle_()
        assert json.loads(json.dumps(bundle["application/vnd.k2lab.result+json"], allow_nan=False))["kind"] == "compare"
        assert ("95% 置信区间" in bundle["text/plain"]) == (language == "zh")


def test_infinite_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="not finite"):
        Result(kind="x", title="x", values={"a": float("inf")}).to_dict()


def test_public_functions_stay_functions_when_their_modules_load() -> None:
    import importlib

    for name in ("compare", "describe", "relate", "associate", "regress", "correlations"):
        importlib.import_module(f"k2lab.stats.{name}")
        assert callable(getattr(stats, name)), name
    with pytest.raises(AttributeError, match="has no function 'nonsense'"):
        _ = stats.nonsense
