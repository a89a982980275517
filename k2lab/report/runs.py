"""The report of runs: question, answer and findings, what each step showed, what was tried, and how to do it again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

from k2lab.locale import Language, pick
from k2lab.report.chapters import Shown, chapters_of
from k2lab.report.claims import head_of, opening, without
from k2lab.report.digits import finite
from k2lab.report.estimates import Made, claimed
from k2lab.report.model import Attempt, Chapter, Claim, Code, Link, Number, Part, Report, Section, State
from k2lab.report.ordinary import sections_of
from k2lab.report.origin import columns_grid, data_facts, provenance, strip
from k2lab.report.outputs import Reader, results_of
from k2lab.report.prose import plain
from k2lab.report.results import checks_of, said, tests_of
from k2lab.report.simulator import simulators
from k2lab.report.tags import FOLD, hides_input, tags_of
from k2lab.report.tracing import Tracer, traced_fact, traced_line

if TYPE_CHECKING:
    from nbformat import NotebookNode

Record = Mapping[str, Any]
_DATA_KINDS = {"facts", "quality", "describe"}
_LONGEST_TITLE = 180
_MAGIC = re.compile(r"\s*%(%k2|k2|load_ext)\b")


def runs_of(nb: NotebookNode) -> tuple[Record, ...]:
    """Return the runs that a notebook records, or what its cells tell of them where the record is gone."""
    kept = nb.metadata.get("k2lab", {})
    runs = kept.get("runs") if isinstance(kept, Mapping) else None
    told = tuple(run for run in runs if isinstance(run, Mapping)) if isinstance(runs, list) else ()
    return told or _from_cells(nb)


def run_report(
    nb: NotebookNode, runs: Sequence[Record], *, language: Language, words: Mapping[str, str], title: str
) -> Report:
    """Make the report of recorded runs; the last one is what the title and the strip of facts are about.

    Parameters
    ----------
    nb : NotebookNode
    runs : sequence of mapping
        As `runs_of` returned them.
    language : {"en", "zh"}
        Already in use.
    words : mapping
    title : str
        For a run that has none.
    """
    reader = Reader(words=words, told=frozenset(text for run in runs for text in _summary_texts(run)))
    made: list[tuple[Made, Link | None]] = []
    parts, attempts = list[Part](), list[Attempt]()
    personal = _own(nb)
    codes = _setup(personal)
    numbers: dict[str, tuple[Number, ...]] = {}
    counted: list[Number] = []
    data: Section | None = None
    checking: list[Section] = []
    for at, run in enumerate(runs):
        tag = "" if len(runs) == 1 else f"{at + 1}-"
        cells = _code_cells(nb, run)
        links = {
            step: Link(label=pick(f"cell {tag}{step}", f"单元格 {tag}{step}"), anchor=f"cell-{tag}{step}")
            for step in cells
        }
        shown, results = list[Shown](), list[Made]()
        for step, cell in cells.items():
            link, own = links[step], results_of(cell)
            heading = plain(str(_mark(cell).get("title", ""))) or words["tool-run_cell"] + f" {step}"
            section = Section(
                anchor=f"step-{tag}{step}",
                heading=heading,
                why=plain(str(_mark(cell).get("why", ""))),
                blocks=tuple(reader.blocks(cell.get("outputs"), link=link, heading=heading)),
                link=link,
            )
            results += own
            made += [(result, link) for result in own]
            kinds = tuple(str(result.get("kind", "")) for result in own)
            if data is None and not shown and own and set(kinds) <= _DATA_KINDS:
                data = section
            elif shown and set(kinds) == {"checks"}:
                checking.append(section)
            elif section.blocks:
                shown.append(Shown(section=section, kinds=kinds))
            seconds = finite(_mark(cell).get("seconds"))
            if not hides_input(cell):
                codes.append(
                    Code(
                        anchor=link.anchor,
                        number=f"{tag}{step}",
                        title=heading,
                        source=str(cell.source),
                        seconds=seconds,
                        folded=bool(tags_of(cell) & FOLD),
                    )
                )
        chapters = chapters_of(shown, tag=tag, words=words)
        tracer = Tracer(run, cells, links)
        part = _part(run, at, len(runs), words, chapters, links, results, tracer)
        own_numbers = _numbers(part, run, tracer)
        told = [number for text in _prose(part) for number in own_numbers.get(text, ())]
        counted += told
        parts.append(replace(part, traced=traced_line(told)))
        numbers |= own_numbers
        attempts += _attempts(run, cells, links, tag, words)
    if besides := _besides(personal, reader, words):
        parts[-1] = replace(parts[-1], chapters=(*parts[-1].chapters, *besides))
    last = runs[-1]
    frames = [frame for run in runs for frame in _mappings(run.get("frames"))]
    if frames and data is None:
        data = Section(anchor="data", heading=words["data"])
    if data is not None and not data.blocks and (columns := columns_grid(frames, words=words)):
        data = replace(data, blocks=(*data.blocks, columns))
    return Report(
        language=language,
        title=_title(last, title) or words["report"],
        facts=(*strip(runs, frames, attempts, words), *traced_fact(counted, words)),
        parts=tuple(parts),
        data=data,
        data_facts=data_facts(frames, words),
        simulators=simulators(made, words=words),
        checking=tuple(checking),
        checks=checks_of(made, words=words),
        methods=_collected(runs, made, "methods", "method"),
        limitations=_collected(runs, made, "limitations", "limitation"),
        attempts=tuple(attempts),
        tests=tests_of(made, words=words),
        provenance=provenance(last, words),
        code=tuple(codes),
        numbers=numbers,
    )


def tracer_of(nb: NotebookNode, run: Record) -> Tracer:
    """Return the ledger of one of a notebook's runs."""
    return Tracer(run, _code_cells(nb, run), {})


def _title(run: Record, otherwise: str) -> str:
    """Return the question, which the answer then stands under; what the answer calls itself where that is too long."""
    question, named = plain(str(run.get("question", ""))), plain(str(_answer(run).get("title", "")))
    return question if 0 < len(question) <= _LONGEST_TITLE else named or question or otherwise


def _part(
    run: Record,
    at: int,
    of: int,
    words: Mapping[str, str],
    chapters: tuple[Chapter, ...],
    links: Mapping[int, Link],
    results: Sequence[Made],
    tracer: Tracer,
) -> Part:
    answer = _answer(run)
    problem = plain(str(run.get("problem", "")))
    if not answer or not answer.get("answered", True):
        problem = problem or words.get(f"status-{run.get('status')}", words["status-failed"])
    summary = plain(str(answer.get("summary", "")))
    texts = [text for item in _mappings(answer.get("findings")) if (text := plain(str(item.get("text", ""))))]
    lead, more = opening(summary, texts)
    claims, under = list[Claim](), list[Link]()
    for finding in _mappings(answer.get("findings")):
        text = plain(str(finding.get("text", "")))
        steps = finding.get("steps")
        rests = tuple(links[step] for step in steps if step in links) if isinstance(steps, (list, tuple)) else ()
        if text and text in lead:
            under += rests  # said once, above; its cells stand there
        elif text:
            value, interval = claimed(text, results)
            aside = tracer.aside(text, _texts(finding.get("columns")), _steps(finding))
            claims.append(
                Claim(text=text, head=head_of(text), value=value, interval=interval, links=rests, aside=aside)
            )
    question = plain(str(run.get("question", "")))
    return Part(
        anchor="summary" if of == 1 else f"question-{at + 1}",
        heading=words["summary"] if of == 1 else f"{words['question']} {at + 1}",
        question=question,
        answer=lead,
        more=without(more, texts),
        links=tuple(dict.fromkeys(under)),
        problem=problem,
        claims=tuple(claims),
        chapters=chapters,
        follow_ups=_texts(answer.get("follow_ups")),
    )


def _prose(part: Part) -> tuple[str, ...]:
    """Return the sentences of a part whose numbers are counted."""
    return (part.answer, part.more, *(claim.text for claim in part.claims))


def _numbers(part: Part, run: Record, tracer: Tracer) -> dict[str, tuple[Number, ...]]:
    """Trace the numbers of what a part says, its methods and limitations with it."""
    cited = {plain(str(item.get("text", ""))): _steps(item) for item in _mappings(_answer(run).get("findings"))}
    texts = [*_prose(part), *_texts(_answer(run).get("methods")), *_texts(_answer(run).get("limitations"))]
    return {text: made for text in texts if (made := tracer.numbers(text, cited.get(text, ())))}


def _steps(finding: Record) -> list[int]:
    steps = finding.get("steps")
    return [step for step in steps if isinstance(step, int)] if isinstance(steps, (list, tuple)) else []


def _attempts(
    run: Record, cells: Mapping[int, NotebookNode], links: Mapping[int, Link], tag: str, words: Mapping[str, str]
) -> list[Attempt]:
    tried = _mappings(run.get("tried")) or [{"step": step, **_mark(cell)} for step, cell in cells.items()]
    made = []
    for item in tried:
        step, status = item.get("step"), item.get("status")
        state: State = next(
            (known for known in get_args(State) if known == status), "ok" if status is None else "not-run"
        )
        tool = words.get(f"tool-{item.get('tool')}", words["tool-run_cell"])
        seconds = finite(item.get("seconds"))
        made.append(
            Attempt(
                number=f"{tag}{step}",
                state=state,
                title=plain(str(item.get("title") or tool)),
                reason=plain(str(item.get("reason") or (item.get("why") or ""))),
                source=str(item.get("code", "")) if state != "ok" else "",
                seconds=seconds,
                link=links.get(step) if isinstance(step, int) else None,
            )
        )
    return made


def _collected(
    runs: Sequence[Record], made: Sequence[tuple[Made, Link | None]], key: str, role: str
) -> tuple[str, ...]:
    """Gather sentences of the answers, then of the results, each once."""
    texts = [text for run in runs for text in _texts(_answer(run).get(key))]
    texts += [plain(text) for result, _ in made for text in said(result, role)]
    return tuple(dict.fromkeys(texts))


def _summary_texts(run: Record) -> list[str]:
    answer = _answer(run)
    return [str(answer.get("summary", "")), *(str(item.get("text", "")) for item in _mappings(answer.get("findings")))]


def _answer(run: Record) -> Record:
    answer = run.get("answer")
    return answer if isinstance(answer, Mapping) else {}


def _mappings(value: object) -> list[Record]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, (list, tuple)) else []


def _texts(value: object) -> tuple[str, ...]:
    return tuple(text for item in value if (text := plain(str(item)))) if isinstance(value, (list, tuple)) else ()


def _mark(cell: NotebookNode) -> Record:
    mark = cell.get("metadata", {}).get("k2lab")
    return mark if isinstance(mark, Mapping) else {}


def _code_cells(nb: NotebookNode, run: Record) -> dict[int, NotebookNode]:
    """Return the cells of a run by step number; a number that comes twice is a copy, and the first stands."""
    found: dict[int, NotebookNode] = {}
    for cell in nb.cells:
        mark = _mark(cell)
        step = mark.get("step")
        if cell.cell_type == "code" and mark.get("run") == run.get("id") and isinstance(step, int):
            found.setdefault(step, cell)
    return found


def _own(nb: NotebookNode) -> list[NotebookNode]:
    """Return the cells that are no step of a run: what loads the data, and what the person wrote."""
    asked = {_mark(cell).get("parent") for cell in nb.cells} - {None}
    return [
        cell
        for cell in nb.cells
        if not _mark(cell)
        and str(cell.source).strip()
        and (cell.cell_type == "code" or cell.get("id") not in asked)
        and (cell.cell_type != "code" or not hides_input(cell) or cell.get("outputs"))
    ]


def _setup(own: Sequence[NotebookNode]) -> list[Code]:
    """Return the code of a person's own cells."""
    found = [cell for cell in own if cell.cell_type == "code" and not hides_input(cell)]
    return [
        Code(
            anchor=f"setup-{at}",
            number="·",
            title=pick("Load the data", "载入数据") if at == 1 else pick("Own cell", "自有单元格"),
            source=str(cell.source),
            folded=bool(tags_of(cell) & FOLD),
        )
        for at, cell in enumerate(found, 1)
    ]


def _besides(own: Sequence[NotebookNode], reader: Reader, words: Mapping[str, str]) -> tuple[Chapter, ...]:
    """Return what a person's own cells show, as a chapter; what a ``%%k2`` cell displays stands in the run already."""
    code = [cell for cell in own if cell.cell_type == "code"]
    shown = [cell for cell in code if not _MAGIC.match(str(cell.source))]
    seen = [cell for cell in code if not hides_input(cell)]
    label = pick("own cell", "自有单元格")
    links = {
        id(cell): Link(label=label, anchor=f"setup-{seen.index(cell) + 1}" if cell in seen else "") for cell in shown
    }
    _, sections = sections_of(own, links, reader=reader, words=words, tag="own-")
    return (Chapter(anchor="own", heading=words["own"], sections=sections),) if sections else ()


def _from_cells(nb: NotebookNode) -> tuple[Record, ...]:
    """Rebuild what can be told of runs from the marks of their cells."""
    runs: dict[str, dict[str, Any]] = {}
    asked = {cell.get("id"): str(cell.source) for cell in nb.cells}
    for cell in nb.cells:
        mark = _mark(cell)
        if not isinstance(mark.get("run"), str):
            continue
        run = runs.setdefault(mark["run"], {"id": mark["run"], "model": mark.get("model", ""), "status": "answered"})
        question = asked.get(mark.get("parent"), "")
        if question.startswith("%%k2"):
            run["question"] = question.partition("\n")[2].strip()
        answer = run.setdefault("answer", {"answered": True, "findings": []})
        text = " ".join(
            line.lstrip("#- ").strip() for line in str(cell.source).splitlines() if not line.startswith("#")
        )
        if mark.get("kind") == "finding":
            answer["findings"].append({"text": text, "steps": [mark.get("step")]})
        elif mark.get("kind") == "answer" and "summary" not in answer:
            answer["summary"] = text
    return tuple(runs.values())
