"""Files are written whole or not at all, and every complaint is one line."""

import errno
import os
import shutil
import subprocess

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from k2lab.errors import InputError, OutputError, UsageError
from k2lab.report.notebook import to_notebook
from k2lab.report.write import read_notebook, write_notebook, write_report
from tests.report.story import PROVENANCE, SETUP, run


@pytest.fixture
def notebook():
    return to_notebook([run()], setup=SETUP, provenance=PROVENANCE)


def test_a_report_and_a_notebook_are_written_and_read_again(notebook, tmp_path):
    path = write_notebook(notebook, tmp_path / "new" / "analysis.ipynb")
    report = write_report(read_notebook(path), tmp_path / "new" / "report.html")
    assert report.read_text("utf-8").startswith("<!doctype html>")
    nbformat.validate(read_notebook(path))
    assert sorted(item.name for item in report.parent.iterdir()) == ["analysis.ipynb", "report.html"]
    mask = os.umask(0)
    os.umask(mask)
    assert report.stat().st_mode & 0o777 == 0o666 & ~mask


def test_what_was_there_stays_when_the_disk_fills_up(notebook, tmp_path, monkeypatch):
    target = tmp_path / "report.html"
    target.write_text("before")

    def full(handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left") as caught:
        write_report(notebook, target)
    assert "\n" not in str(caught.value)
    assert "Free some space" in str(caught.value)
    assert target.read_text() == "before"
    assert [item.name for item in tmp_path.iterdir()] == ["report.html"]


def test_a_disk_that_is_really_full(notebook, tmp_path):
    mount = shutil.which("mount")
    if os.geteuid() != 0 or mount is None:
        pytest.skip("needs root to mount a small tmpfs")
    small = tmp_path / "small"
    small.mkdir()
    made = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(small)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip(f"tmpfs cannot be mounted here: {made.stderr.decode().strip()}")
    try:
        with pytest.raises(OutputError, match="No space left"):
            write_report(notebook, small / "report.html")
        assert list(small.iterdir()) == []
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_a_folder_in_the_way_or_a_file_as_a_folder(notebook, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="directory"):
        write_report(notebook, tmp_path)
    with pytest.raises(OutputError, match="cannot be written"):
        write_report(notebook, tmp_path / "file" / "report.html")


def test_a_file_that_may_not_be_changed_is_not_replaced(notebook, tmp_path, monkeypatch):
    target = tmp_path / "report.html"
    target.write_text("keep")
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write anything
    with pytest.raises(OutputError, match="Permission denied"):
        write_report(notebook, target)
    assert target.read_text() == "keep"


def test_a_link_is_followed_and_stays_a_link(notebook, tmp_path):
    real, link = tmp_path / "real.html", tmp_path / "link.html"
    real.write_text("old")
    link.symlink_to(real)
    write_report(notebook, link)
    assert link.is_symlink()
    assert real.read_text("utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "There is no file"),
        (b"", "is empty"),
        (b"\xff\xfe\x00PAR1", "not text"),
        (b"a,b\n1,2\n", "not a valid notebook"),
        (b'{"cells": 3, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "not a valid notebook"),
        (b"[1, 2]", "not a valid notebook"),
        (b'{"a": 1}', "not a valid notebook"),
        (b'{"nbformat": 99, "nbformat_minor": 0, "cells": [], "metadata": {}}', "not a valid notebook"),
    ],
)
def test_what_is_no_notebook_is_said_in_one_line(content, says, tmp_path):
    path = tmp_path / "x.ipynb"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=says) as caught:
        read_notebook(path)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_notebook_without_cell_ids_is_read_without_a_word(tmp_path, caplog):
    path = tmp_path / "old.ipynb"
    cell = '{"cell_type": "code", "source": "1", "metadata": {}, "outputs": [], "execution_count": null}'
    path.write_text(f'{{"cells": [{cell}, {cell}], "nbformat": 4, "nbformat_minor": 5, "metadata": {{}}}}')
    assert len(read_notebook(path).cells) == 2  # a warning would be an error here
    assert caplog.records == []


def test_a_notebook_of_format_3_is_read(tmp_path):
    path = tmp_path / "old.ipynb"
    cell = '{"cell_type": "code", "input": "1 + 1", "language": "python", "outputs": [], "metadata": {}}'
    path.write_text(f'{{"worksheets": [{{"cells": [{cell}]}}], "nbformat": 3, "nbformat_minor": 0, "metadata": {{}}}}')
    assert read_notebook(path).cells[0].source == "1 + 1"


def test_a_folder_is_no_notebook(tmp_path):
    with pytest.raises(InputError, match="is a folder"):
        read_notebook(tmp_path)


def test_bad_options_are_named(notebook, tmp_path):
    with pytest.raises(UsageError, match="'open'"):
        write_report(notebook, tmp_path / "x.html", code="open")
    with pytest.raises(UsageError, match="'fr'"):
        write_report(notebook, tmp_path / "x.html", lang="fr")


def test_an_invalid_notebook_is_our_own_fault(tmp_path):
    broken = new_notebook(cells=[new_code_cell("x")])
    broken.cells[0]["outputs"] = 3
    with pytest.raises(nbformat.ValidationError):
        write_notebook(broken, tmp_path / "x.ipynb")
    assert list(tmp_path.iterdir()) == []
