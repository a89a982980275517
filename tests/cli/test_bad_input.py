"""Bad input on the command line: one clear line, its exit code, nothing lost."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from k2lab.cli.main import main

QUESTION = "What is the mean of price by city?"


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    path = tmp_path / "prices.csv"
    path.write_text("city,price\n" + "".join(f"{'AB'[n % 2]},{n}\n" for n in range(60)))
    return path


def called(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return int(left.value.code or 0), out, err


def the_line(err: str) -> str:
    lines = [line for line in err.splitlines() if line.strip()]
    assert len(lines) == 1, err
    assert lines[0].startswith("k2lab: ")
    assert "Traceback" not in err
    return lines[0]


def missing(folder: Path) -> Path:
    (folder / "sales.csv").write_text("a,b\n1,2\n")
    return folder / "sale.csv"


def empty(folder: Path) -> Path:
    (folder / "empty.csv").write_bytes(b"")
    return folder / "empty.csv"


def binary(folder: Path) -> Path:
    (folder / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 20)
    return folder / "picture.csv"


def ragged(folder: Path) -> Path:
    (folder / "ragged.csv").write_text("a,b\n1,2\n3,4,5,6\n7,8\n")
    return folder / "ragged.csv"


def damaged_text(folder: Path) -> Path:
    good = "name,price\n" + "Zoë,1\n" * 50
    (folder / "mixed.csv").write_bytes(good.encode() + b"Jos\xe9,2\n\xff\xfe\x81\x9d,3\n" + good.encode())
    return folder / "mixed.csv"


def no_rows(folder: Path) -> Path:
    (folder / "header.csv").write_text("a,b\n")
    return folder / "header.csv"


def no_rows_parquet(folder: Path) -> Path:
    pd.DataFrame({"a": pd.Series([], dtype=float)}).to_parquet(folder / "none.parquet")
    return folder / "none.parquet"


def broken_parquet(folder: Path) -> Path:
    (folder / "broken.parquet").write_bytes(b"PAR1" + b"\x00" * 100)
    return folder / "broken.parquet"


def unknown_kind(folder: Path) -> Path:
    (folder / "notes.docx").write_bytes(b"PK\x03\x04")
    return folder / "notes.docx"


def no_tables(folder: Path) -> Path:
    (folder / "things").mkdir()
    (folder / "things" / "readme.md").write_text("nothing")
    return folder / "things"


def nothing_matches(folder: Path) -> Path:
    return folder / "*.parquet"


@pytest.mark.parametrize(
    "make",
    [
        missing,
        empty,
        binary,
        ragged,
        damaged_text,
        no_rows,
        no_rows_parquet,
        broken_parquet,
        unknown_kind,
        no_tables,
        nothing_matches,
    ],
)
def test_a_file_that_cannot_be_used_is_named_in_one_line(make, tmp_path, capsys):
    path = make(tmp_path)

    code, out, err = called(capsys, "ask", path, QUESTION, "--out", tmp_path / "out")

    assert code == 2
    assert path.name in the_line(err)
    assert out == ""


def test_a_missing_file_names_its_neighbour(tmp_path, capsys):
    _, _, err = called(capsys, "ask", missing(tmp_path), QUESTION, "--out", tmp_path / "out")

    assert "sales.csv" in the_line(err)


def test_ragged_rows_are_named_by_line_and_counts(tmp_path, capsys):
    _, _, err = called(capsys, "ask", ragged(tmp_path), QUESTION, "--out", tmp_path / "out")

    assert "line 3" in the_line(err).lower()
    assert "4" in err
    assert "2" in err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_folder(tmp_path, capsys):
    folder = tmp_path / "locked"
    folder.mkdir(mode=0)

    code, _, err = called(capsys, "ask", folder, QUESTION, "--out", tmp_path / "out")

    assert code == 2
    assert "locked" in the_line(err)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "There is no file and no question."),
        (("{file}",), "There is no question."),
        ((QUESTION,), "There is no file."),
        (("{file}", "  "), "There is no question."),
        (("{file}", QUESTION, "--privcy", "schema"), "No such option '--privcy'"),
        (("{file}", QUESTION, "--privacy", "all"), "'all' is not one of"),
        (("{file}", QUESTION, "--max-steps", "none"), "--max-steps is 'none'; it must be a number."),
        (("{file}", QUESTION, "--budget", "free"), "--budget is 'free'"),
        (("{file}", QUESTION, "--replay", "no-such-record.jsonl"), "'no-such-record.jsonl' cannot be read"),
    ],
)
def test_a_bad_call_is_one_line_and_exit_code_2(arguments, said, prices, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)

    code, _, err = called(capsys, "ask", *(word.format(file=prices) for word in arguments))

    assert code == 2
    assert said in the_line(err)


def test_an_unknown_command_is_named(capsys):
    code, _, err = called(capsys, "aks")

    assert code == 2
    assert "aks" in the_line(err)


def test_with_json_the_error_is_json_too(tmp_path, capsys):
    code, out, _ = called(capsys, "ask", empty(tmp_path), QUESTION, "--json", "--out", tmp_path / "out")

    assert json.loads(out)["exit_code"] == code == 2


def test_a_folder_that_cannot_be_written_is_said_before_any_work(prices, tmp_path, capsys):
    (tmp_path / "file").write_text("in the way")

    code, _, err = called(capsys, "ask", prices, QUESTION, "--out", tmp_path / "file" / "out", "-m", "offline")

    assert code == 2
    assert "--out" in the_line(err)


@pytest.mark.kernel
def test_a_server_that_is_down_is_exit_code_3(prices, tmp_path, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]

    code, _, err = called(
        capsys,
        "ask",
        prices,
        QUESTION,
        "--base-url",
        f"http://127.0.0.1:{port}/v1",
        "-m",
        "kimi-k2",
        "--out",
        tmp_path / "out",
    )

    assert code == 3
    assert "127.0.0.1" in err
    assert "Traceback" not in err


@pytest.mark.kernel
@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to make a small file system")
def test_a_full_disk_is_one_line_and_leaves_nothing_half_written(prices, tmp_path, capsys):
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(small)], capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount a small file system")
    try:
        code, _, err = called(capsys, "ask", prices, QUESTION, "--out", small, "-m", "offline")

        assert code == 2
        assert "k2lab: " in err
        assert "Traceback" not in err
        assert not list(small.glob("*.html")), "half a report"
    finally:
        subprocess.run(["umount", str(small)], check=True)
