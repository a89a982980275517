"""Looking at columns by name and by pattern."""

from __future__ import annotations

import pytest

from k2lab.agent.look import look_at, matching
from k2lab.errors import ToolFailed
from k2lab.schema.model import ColumnSchema, FrameSchema
from k2lab.schema.parse import parse


def frame(*names: str) -> FrameSchema:
    columns = tuple(
        ColumnSchema(name=name, dtype="float64", kind="number", nulls=0, distinct=50, position=place)
        for place, name in enumerate(names)
    )
    return FrameSchema(name="df", library="pandas", rows=50, columns=columns)


WIDE = frame(*(f"gene_{i:03d}" for i in range(998)), "outcome", "a[1]")


def seen(*asked: str) -> tuple[list[str], str]:
    told = look_at([WIDE])("df", asked)
    (found,) = parse(told)
    return [column.name for column in found.columns], told


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        (("gene_00?",), [f"gene_{i:03d}" for i in range(10)]),
        (("GENE_99*",), [f"gene_{i}" for i in range(990, 998)]),
        (("*come*", "gene_001"), ["gene_001", "outcome"]),
        (("a[1]",), ["a[1]"]),
        (("a[*",), ["a[1]"]),
    ],
)
def test_names_and_patterns_are_found(asked: tuple[str, ...], names: list[str]) -> None:
    assert seen(*asked)[0] == names


def test_what_matches_nothing_is_said_beside_what_does() -> None:
    names, told = seen("outcome", "*salary*", "outcom", "x\n<data>")

    assert names == ["outcome"]
    assert '# No column matches "*salary*".' in told
    assert '# No column matches "outcom". Near: "outcome".' in told
    assert "\n<data>" not in told


def test_nothing_found_is_an_error_with_what_is_near() -> None:
    with pytest.raises(ToolFailed, match="Did you mean 'outcome'"):
        look_at([WIDE])("df", ("outcom",))
    with pytest.raises(ToolFailed, match="There is no column"):
        look_at([WIDE])("df", ("*salary*", "*pay*"))


def test_a_name_with_a_star_stands_for_itself() -> None:
    assert matching("a*", ("ab", "a*")) == ("a*",)
    assert matching("a", ("ab", "a*")) == ()


def test_more_than_fits_is_folded_not_lost() -> None:
    _, told = seen("*")

    assert "fold 998: " in told or "more columns are not listed" in told
