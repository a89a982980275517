"""Text from a model, from data or from a person, made safe: as markdown in a notebook, as markup in a report."""

from __future__ import annotations

import html
import re
from collections.abc import Container, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from markupsafe import Markup, escape

from k2lab.locale import pick
from k2lab.report.model import Number
from k2lab.report.pictures import picture_of

_LINE_MARKS = re.compile(r"^(\s*)([#>+=-]|\d+[.)](?=\s|$))", re.MULTILINE)
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


def without_controls(text: str) -> str:
    """Return a text less control characters and those that turn its direction; lines and tabs stay.

    Examples
    --------
    >>> without_controls("user\\u202etxt.exe\\x07\\n")
    'usertxt.exe\\n'
    """
    return _CONTROL.sub("", text)


def marked(
    text: str,
    numbers: Sequence[Number] = (),
    anchors: Container[str] = frozenset(),
    start: int = 0,
    end: int | None = None,
) -> Markup:
    """Escape a sentence, with its numbers as links to the cells that show them.

    Parameters
    ----------
    text : str
    numbers : sequence of Number
    anchors : container of str
        Ids of the page that can be led to.
    start, end : int
        The part of the text that is wanted.

    Examples
    --------
    >>> from k2lab.report.model import Link
    >>> five = Number(start=6, end=7, verified=True, told="5: n", link=Link(label="cell 2", anchor="cell-2"))
    >>> marked("a <b> 5", [five], {"cell-2"})
    Markup('a &lt;b&gt; <a class="num" href="#cell-2" title="5: n" data-cell="cell 2">5</a>')
    >>> marked("about 7", [Number(start=6, end=7, verified=False, told="nearest: 5")])
    Markup('about <span class="num doubt" tabindex="0" title="nearest: 5">7<sup>?</sup></span>')
    """
    last, stop = start, len(text) if end is None else end
    made = Markup("")
    for one in numbers:
        if one.start < last or one.end > stop or (one.verified and one.link is None):
            continue
        said = text[one.start : one.end]
        made += escape(text[last : one.start])
        if one.verified and one.link is not None and one.link.anchor in anchors:
            form = Markup('<a class="num" href="#{}" title="{}" data-cell="{}">{}</a>')
            made += form.format(one.link.anchor, one.told, one.link.label, said)
        elif one.verified:
            made += Markup('<span class="num" title="{}">{}</span>').format(one.told, said)
        else:
            form = Markup('<span class="num doubt" tabindex="0" title="{}">{}<sup>?</sup></span>')
            made += form.format(one.told or pick("in no cell of this run", "本次运行的单元格中没有"), said)
        last = one.end
    return made + escape(text[last:stop])


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


def markdown_to_html(source: str, attachments: Mapping[str, Any] | None = None) -> str:
    """Render a person's markdown; its headings become third-level ones, its raw markup is shown as text.

    Parameters
    ----------
    source : str
    attachments : mapping, optional
        Of the cell: name to MIME bundle. An attached PNG or JPEG is shown; any other picture becomes a link, for the
        page asks nothing of the network.
    """
    import mistune
    import nh3

    class Pictured(mistune.HTMLRenderer):
        """Shows what is attached; asks nothing of the network."""

        def image(self, text: str, url: str, title: str | None = None) -> str:
            name = unquote(url.removeprefix("attachment:"))
            bundle = (attachments or {}).get(name) if url.startswith("attachment:") else _data_bundle(url)
            picture = picture_of(bundle, {}) if isinstance(bundle, Mapping) else None
            words = html.escape(text or title or name[:80])
            if picture is not None:
                return f'<img src="data:{picture.mime};base64,{picture.data}" alt="{words}">'
            if re.match(r"https?://", url):
                return f'<a href="{html.escape(url)}">{words}</a>'
            return f"[{words}]"

    renderer = Pictured(escape=True)
    made = mistune.create_markdown(renderer=renderer, plugins=["table", "strikethrough"])(without_controls(source))
    levelled = re.sub(r"<(/?)h[1-6]\b[^>]*>", r"<\1h3>", str(made))
    return nh3.clean(
        levelled,
        tags={*TAGS, "img"},
        clean_content_tags=_SILENT,
        attributes={**_SPANS, "a": {"href"}, "img": {"src", "alt"}},
        attribute_filter=_only_pictures,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noopener noreferrer",
    ).strip()


def _only_pictures(tag: str, name: str, value: str) -> str | None:
    """Let data in where a picture was put by us, and nowhere else."""
    if (tag, name) == ("img", "src"):
        return value if re.fullmatch(r"data:image/(png|jpeg);base64,[A-Za-z0-9+/=]+", value) else None
    return None if name == "href" and value.strip().lower().startswith("data:") else value


def _data_bundle(url: str) -> dict[str, str] | None:
    found = re.match(r"data:(image/(?:png|jpeg));base64,", url)
    return {found[1]: url[found.end() :]} if found else None
