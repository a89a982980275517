"""The report as a document: frozen values, in one language, with nothing left to look up and no markup but `Rich`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from k2lab.locale import Language

State = Literal["ok", "error", "timeout", "interrupted", "died", "refused", "invalid", "not-run"]
Tone = Literal["finding", "caveat", "warning"]
CodeView = Literal["shown", "folded", "hidden"]
CODE_VIEWS: tuple[CodeView, ...] = ("shown", "folded", "hidden")


@dataclass(frozen=True, kw_only=True)
class Link:
    """A reference to a cell of the report: its label and the id it leads to."""

    label: str
    anchor: str


@dataclass(frozen=True, kw_only=True)
class Number:
    """A number in a text: where it stands, what it was traced to, or what is near it where it was not.

    `link` leads to the cell that shows it; None for names, conventions and numbers of the question.
    """

    start: int
    end: int
    verified: bool
    told: str = ""
    link: Link | None = None


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A labelled value of the metadata strip, with a short note."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A finding: its sentence, the number it is about (where a result holds it) and the cells it rests on.

    `head` is the part of `text` that says it in short, from its start; empty where there is no such part. `aside` says
    that it leaves the question, where it does.
    """

    text: str
    head: str = ""
    value: str = ""
    interval: str = ""
    links: tuple[Link, ...] = ()
    aside: str = ""


@dataclass(frozen=True, kw_only=True)
class Remark:
    """Sentences of a result: a plain finding, a caveat or a warning."""

    tone: Tone
    texts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A picture that was checked to be PNG or JPEG; `data` is base64, `width` and `height` are CSS pixels.

    `svg` is the same as sanitised markup, where the cell made it; `adapts` tells that all its colours follow the page
    from light to dark. `number` is 0 until the whole report is numbered.
    """

    title: str
    mime: str
    data: str
    width: int
    height: int
    caption: str
    alt: str
    link: Link
    number: int = 0
    svg: str = ""
    adapts: bool = False


@dataclass(frozen=True, kw_only=True)
class Glyph:
    """An interval on the scale that its column shares: places from 0 to 100, `zero` None where it is off the scale."""

    low: float
    middle: float
    high: float
    zero: float | None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A table cell: text, or an interval drawn beside its numbers, or a state in words."""

    text: str
    glyph: Glyph | None = None
    passed: bool | None = None
    link: Link | None = None


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A table column: its label and whether its entries are numbers, set right."""

    label: str
    number: bool = False


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A table of a result; the first entry of a row names the row."""

    title: str
    columns: tuple[Heading, ...]
    rows: tuple[tuple[Entry, ...], ...]
    note: str = ""
    link: Link | None = None
    number: int = 0


@dataclass(frozen=True, kw_only=True)
class Plain:
    """Text output, shown as it was printed."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Rich:
    """Markup that went through the sanitiser: output of a cell (`output`), or a person's own markdown."""

    html: str
    output: bool = False


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """An error that a cell ended with."""

    name: str
    text: str


Block = Remark | Figure | Grid | Plain | Rich | Trouble


@dataclass(frozen=True, kw_only=True)
class Section:
    """What one step showed."""

    anchor: str
    heading: str
    why: str = ""
    blocks: tuple[Block, ...] = ()
    link: Link | None = None


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """Steps that belong together, under one heading; a chapter of one section may carry that section's heading."""

    anchor: str
    heading: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, kw_only=True)
class Control:
    """What a person may choose of a term: one of its `levels`, or a number where there are none.

    `chosen` is the level to begin with, `middle` the number; `low` and `high` are the ends of the data.
    """

    id: str
    name: str
    levels: tuple[str, ...] = ()
    chosen: str = ""
    low: float = 0.0
    middle: float = 0.0
    high: float = 0.0
    step: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Simulator:
    """A fitted model that the page evaluates: controls, its JSON (`data`), and a table where no script runs."""

    anchor: str
    title: str
    kind: str
    focus: str
    controls: tuple[Control, ...]
    data: Mapping[str, Any]
    fallback: Grid
    link: Link | None = None


@dataclass(frozen=True, kw_only=True)
class Code:
    """A cell's source at the end of the report; `number` is its label there, `folded` keeps it so when all is shown."""

    anchor: str
    number: str
    title: str
    source: str
    seconds: float | None = None
    folded: bool = False


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """A step as the log tells it, whether it worked or not."""

    number: str
    state: State
    title: str
    reason: str = ""
    source: str = ""
    seconds: float | None = None
    link: Link | None = None


@dataclass(frozen=True, kw_only=True)
class Part:
    """One question, its answer and what was shown for it.

    Attributes
    ----------
    anchor : str
    heading : str
        The heading over its summary.
    question, answer, more : str
        `answer` is one sentence, empty where there is none (`problem` then says why); `more` is what goes on from it.
    links : tuple of Link
        Cells that the answer's own sentences rest on.
    problem : str
    claims : tuple of Claim
    chapters : tuple of Chapter
    follow_ups : tuple of str
    traced : str
        How many of its numbers were traced; empty where it has none.
    """

    anchor: str
    heading: str
    question: str = ""
    answer: str = ""
    more: str = ""
    links: tuple[Link, ...] = ()
    problem: str = ""
    claims: tuple[Claim, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    follow_ups: tuple[str, ...] = ()
    traced: str = ""

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections, in the order of the page."""
        return tuple(section for chapter in self.chapters for section in chapter.sections)


@dataclass(frozen=True, kw_only=True)
class Report:
    """A whole report.

    Attributes
    ----------
    language : {"en", "zh"}
        The language that all its words are in.
    title : str
    facts : tuple of Fact
        The metadata strip: data, model, date, steps.
    parts : tuple of Part
        One a question; one without a question for a notebook that k2lab did not write.
    data : Section or None
        What is known of the data.
    data_facts : tuple of Fact
        Its size in large figures.
    checking : tuple of Section
        Steps that did nothing but check.
    simulators : tuple of Simulator
        What the fitted models would predict.
    checks : Grid or None
        Everything that was checked.
    methods, limitations : tuple of str
    attempts : tuple of Attempt
        Every step, in order.
    tests : Grid or None
        Every significance test that was made.
    provenance : tuple of (str, tuple of (str, str))
        Titled lists of names and values.
    stale : tuple of str
        Why what is shown may no longer be what the code gives: it changed since it ran, or the data did.
    code : tuple of Code
    numbers : mapping
        Of each text that was traced, its numbers.
    python : bool
        Whether the code is Python, and can be coloured as such.
    """

    language: Language
    title: str
    facts: tuple[Fact, ...] = ()
    parts: tuple[Part, ...] = ()
    data: Section | None = None
    data_facts: tuple[Fact, ...] = ()
    simulators: tuple[Simulator, ...] = ()
    checking: tuple[Section, ...] = ()
    checks: Grid | None = None
    methods: tuple[str, ...] = ()
    limitations: tuple[str, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    tests: Grid | None = None
    provenance: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    stale: tuple[str, ...] = ()
    code: tuple[Code, ...] = field(default=())
    python: bool = True
    numbers: Mapping[str, tuple[Number, ...]] = field(default_factory=dict)
