"""Cells that a run owns."""

from __future__ import annotations

import nbformat
from nbformat.v4 import new_notebook

from k2lab.notebook.registry import Group, source_hash


def test_cells_are_valid_and_follow_each_other():
    group = Group(run="5f0c1a2b3d4e", parent="asking", model="m")

    assert group.last == "asking"
    first = group.code_cell(1, "1 + 1", title="One", why="", status="ok", count=3)
    assert group.last == first["id"]
    answer = group.answer_cell("### Done", title="Done", status="answered", seconds=1.0)
    plain = {name: value for name, value in answer.items() if name not in ("outputs", "execution_count")}
    nbformat.validate(nbformat.from_dict(new_notebook(cells=[nbformat.from_dict(first), nbformat.from_dict(plain)])))


def test_a_cell_that_is_made_again_keeps_its_id_and_has_the_new_hash():
    group = Group(run="r", parent="p", model="m")
    before = group.code_cell(1, "a", title="", why="", status="running")
    after = group.code_cell(1, "b", title="", why="", status="ok")

    assert before["id"] == after["id"]
    assert group.removal()["cells"] == [{"id": after["id"], "hash": source_hash("b")}]
