"""Text from a model, from data or from a person, made safe: as markdown in a notebook, as markup in a report."""

from __future__ import annotations

import html
import re

_LINE_MARKS = re.compile(r"^(\s*)([#>+=-]|\d+[.)])", re.MULTILINE)
_INLINE_MARKS = re.compile(r"([\\`*_\[\]|~$!])")
_FREE_MARKS = re.compile(r"([\[\]$!])")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_EMPHASIS = re.compile(r"(\*\*|__|`)(?=\S)(.+?)(?<=\S)\1", re.DOTALL)

TAGS = frozenset(
    {"p", "br", "ul", "ol", "li", "em", "strong", "b", "i", "code", "pre", "blockquote", "sub", "sup", "del"}
    | {"table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption", "h3", "a", "hr"}
)
TABLE_TAGS = TAGS - {"a", "h3", "hr"}
_SPANS = {"th": {"colspan", "rowspan"}, "td": {"colspan", "rowspan"}}
_SILENT = {"script", "style", "title", "template", "noscript", "svg", "math", "iframe", "object"}


def plain(text: str) -> str:
    """Return a sentence as one line without markdown marks, control or direction characters.

    Examples
    --------
    >>> plain("**Remote** rows of `salary_in_usd`\\n pay less")
    'Remote rows of salary_in_usd pay less'
    """
    return " ".join(_EMPHASIS.sub(r"\2", _CONTROL.sub("", text)).split())


def as_markdown(text: str) -> str:
    """Write a sentence so that markdown shows exactly its characters, on one line.

    Examples
    --------
    >>> as_markdown("a <b> costs $5 * 2")
    'a &lt;b&gt; costs \\\\$5 \\\\* 2'
    """
    line = " ".join(_CONTROL.sub("", text).split())
    escaped = html.escape(_INLINE_MARKS.sub(r"\\\1", line), quote=False)
    return _LINE_MARKS.sub(lambda mark: f"{mark[1]}{_escape_mark(mark[2])}", escaped)


def _escape_mark(mark: str) -> str:
    return f"{mark[:-1]}\\{mark[-1]}"


def tame_markdown(text: str) -> str:
    """Keep a model's lists and emphasis, and take its markup, links, pictures, headings and formulas away.

    Examples
    --------
    >>> tame_markdown("1. look\\n2. ![x](http://e.com/a.png) <img src=x>")
    '1. look\\n2. \\\\!\\\\[x\\\\](http://e.com/a.png) &lt;img src=x&gt;'
    """
    lines = (_FREE_MARKS.sub(r"\\\1", _CONTROL.sub("", line)) for line in text.strip().splitlines())
    return "\n".join(re.sub(r"^(\s*)(#+|[=-]+\s*$)", r"\1\\\2", html.escape(line, quote=False)) for line in lines)


def clean_html(markup: str) -> str:
    """Keep tables, lists and emphasis of a cell's HTML output; no attribute but column and row spans survives."""
    import nh3

    return nh3.clean(markup, tags=set(TABLE_TAGS), clean_content_tags=_SILENT, attributes=_SPANS, link_rel=None).strip()


def markdown_to_html(source: str) -> str:
    """Render a person's markdown; its headings become third-level ones, its pictures and raw markup are dropped."""
    import mistune
    import nh3

    made = mistune.create_markdown(escape=True, plugins=["table", "strikethrough"])(source)
    levelled = re.sub(r"<(/?)h[1-6]\b[^>]*>", r"<\1h3>", str(made))
    return nh3.clean(
        levelled,
        tags=set(TAGS),
        clean_content_tags=_SILENT,
        attributes={**_SPANS, "a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    ).strip()
