"""Files of the command line: the code loads what was written, and what is wrong is said in one line."""

from __future__ import annotations

import gzip
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from k2lab.errors import InputError
from k2lab.schema.sources import Source, probe, sources


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "work"
    made.mkdir()
    return made


def checked(*paths: Path | str, folder: Path) -> tuple[Source, ...]:
    found = sources([str(path) for path in paths], folder=folder)
    for source in found:
        probe(source)
    return found


def run(source: Source, folder: Path, monkeypatch: pytest.MonkeyPatch) -> pd.DataFrame:
    """Run the code of a source as a notebook in the folder would."""
    monkeypatch.chdir(folder)
    namespace: dict[str, Any] = {}
    exec(source.code, namespace)
    assert "k2lab" not in source.code
    return namespace[source.name]


@pytest.fixture
def load(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path | str], pd.DataFrame]:
    def load(path: Path | str) -> pd.DataFrame:
        (source,) = checked(path, folder=folder)
        return run(source, folder, monkeypatch)

    return load


def text(path: Path, content: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(content.encode(encoding))
    return path


FRAME = pd.DataFrame({"name": ["a", "b", "c"], "n": [1, 2, 3], "x": [0.5, 1.5, 2.5]})


# What can be read


@pytest.mark.parametrize(
    ("name", "delimiter"), [("t.csv", ","), ("t.csv", ";"), ("t.tsv", "\t"), ("t.csv", "|"), ("t.txt", "\t")]
)
def test_delimiters(tmp_path: Path, load: Callable[..., pd.DataFrame], name: str, delimiter: str) -> None:
    FRAME.to_csv(tmp_path / name, sep=delimiter, index=False)
    pd.testing.assert_frame_equal(load(tmp_path / name), FRAME)


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("utf-8", ["Zürich", "東京", "café"]),
        ("utf-8-sig", ["Zürich", "東京", "café"]),
        ("utf-16", ["Zürich", "東京", "café"]),
        ("gb18030", ["北京市", "上海", "一线城市的工资"]),
        ("cp1252", ["Zürich", "café", "señor Müller"]),
    ],
)
def test_encodings(tmp_path: Path, load: Callable[..., pd.DataFrame], encoding: str, words: list[str]) -> None:
    path = text(tmp_path / "t.csv", "place,n\n" + "".join(f"{word},{i}\n" for i, word in enumerate(words)), encoding)
    assert load(path)["place"].tolist() == words


def test_a_letter_at_the_end_of_what_is_looked_at(
    tmp_path: Path, load: Callable[..., pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = text(tmp_path / "t.csv", "a,b\n" + "é,1\n" * 100)
    for cut in (50, 51, 52, 53, 54):
        monkeypatch.setattr("k2lab.schema.delimited.HEAD_BYTES", cut)
        assert load(path)["a"].tolist() == ["é"] * 100


def test_decimal_comma(tmp_path: Path, load: Callable[..., pd.DataFrame]) -> None:
    plain = text(tmp_path / "a.csv", "name;x\na;1,5\nb;-2,25\nc;\n")
    assert load(plain)["x"].tolist()[:2] == [1.5, -2.25]
    grouped = text(tmp_path / "b.csv", "name;x\na;1.234,5\nb;1.000.000,25\nc;7,1\n")
    assert load(grouped)["x"].tolist() == [1234.5, 1000000.25, 7.1]
    points = text(tmp_path / "c.csv", "name;x;y\na;1.5;one, two\nb;2.25;three\n")
    assert load(points)["x"].tolist() == [1.5, 2.25]


def test_na_is_a_country(tmp_path: Path, load: Callable[..., pd.DataFrame]) -> None:
    path = text(tmp_path / "t.csv", "country,income,note\nNA,1,x\nUS,NA,\nDE,3,None\n")
    frame = load(path)
    assert frame["country"].tolist() == ["NA", "US", "DE"]
    assert frame["income"].dtype == float
    assert frame["income"].isna().tolist() == [False, True, False]
    assert frame["note"].isna().tolist() == [False, True, False]
    assert frame["note"][2] == "None"


def test_words_for_missing_among_numbers(tmp_path: Path, load: Callable[..., pd.DataFrame]) -> None:
    frame = load(text(tmp_path / "t.csv", "k,x,y\na,1,?\nb,-,2\nc,3,3\n"))
    assert frame[["x", "y"]].isna().sum().tolist() == [1, 1]
    assert frame[["x", "y"]].sum().tolist() == [4, 5]


def test_codes_keep_their_zeros(tmp_path: Path, load: Callable[..., pd.DataFrame]) -> None:
    frame = load(text(tmp_path / "t.csv", "zip,n,zero\n00501,1,0\n10001,2,1\n,3,0\n"))
    assert frame["zip"].tolist()[:2] == ["00501", "10001"]
    assert frame["zip"].isna().tolist() == [False, False, True]
    assert frame["zero"].tolist() == [0, 1, 0]


def test_dates_with_one_reading_are_parsed(tmp_path: Path, load: Callable[..., pd.DataFrame]) -> None:
    content = "day,at,us,n\n2024-01-31,2024-01-31 10:00:00,01/02/2024,1\n,2024-02-01 11:30:00,02/03/2024,2\n"
    frame = load(text(tmp_path / "t.csv", content))
    assert [str(kind)[:10] for kind in frame.dtypes[["day", "at"]]] == ["datetime64"] * 2
    assert frame["day"].isna().tolist() == [False, True]
    assert frame["at"][1] == pd.Timestamp("2024-02-01 11:30")
    assert frame["us"][0] == "01/02/2024"


def test_quotes_line_breaks_and_blank_lines(tmp_path: Path, load: Callable[..., pd.DataFrame]) -> None:
    frame = load(text(tmp_path / "t.csv", 'a,b\n"x, y","line\nbreak ""q"""\n\n2,3\n'))
    assert frame.iloc[0].tolist() == ["x, y", 'line\nbreak "q"']
    assert len(frame) == 2


def test_one_column(tmp_path: Path, load: Callable[..., pd.DataFrame]) -> None:
    assert load(text(tmp_path / "t.csv", "value\n1\n2\n"))["value"].tolist() == [1, 2]


def test_row_names_become_a_column(tmp_path: Path, load: Callable[..., pd.DataFrame]) -> None:
    frame = load(text(tmp_path / "t.csv", '"mpg","cyl"\n"Mazda RX4",21,6\n"Datsun 710",22.8,4\n'))
    assert frame.columns.tolist() == ["row_name", "mpg", "cyl"]
    assert frame["row_name"].tolist() == ["Mazda RX4", "Datsun 710"]


def test_a_delimiter_at_the_end_of_each_row(tmp_path: Path, load: Callable[..., pd.DataFrame]) -> None:
    frame = load(text(tmp_path / "t.csv", "a,b\n1,2,\n3,4,\n"))
    assert frame.to_dict("list") == {"a": [1, 3], "b": [2, 4]}


def test_duplicate_names_are_kept_and_noted(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = '"x\nimport os"'
    path = text(tmp_path / "t.csv", f"{hostile},{hostile},b\n1,NA,NA\n2,5,z\n")
    (source,) = checked(path, folder=folder)
    assert source.code.count("# more than one column") == 1
    assert not any(line.startswith("import os") for line in source.code.splitlines())
    frame = run(source, folder, monkeypatch)
    assert frame.columns.tolist() == ["x\nimport os", "x\nimport os.1", "b"]
    # The word for missing is chosen for each column by the name that pandas makes.
    assert frame.isna().sum().tolist() == [0, 1, 0]


def test_gzip(tmp_path: Path, load: Callable[..., pd.DataFrame]) -> None:
    with gzip.open(tmp_path / "t.csv.gz", "wt") as file:
        file.write("a,b\n1,x\n")
    assert load(tmp_path / "t.csv.gz").iloc[0].tolist() == [1, "x"]


def test_parquet_file_pattern_and_folder(tmp_path: Path, load: Callable[..., pd.DataFrame]) -> None:
    data = tmp_path / "data"
    data.mkdir()
    for month in (1, 2):
        FRAME.assign(month=month).to_parquet(data / f"sales-{month}.parquet")
    both = pd.concat([FRAME.assign(month=1), FRAME.assign(month=2)], ignore_index=True)
    pd.testing.assert_frame_equal(load(data / "sales-1.parquet"), FRAME.assign(month=1))
    pd.testing.assert_frame_equal(load(data / "sales-*.parquet"), both)
    pd.testing.assert_frame_equal(load(data), both)


def test_a_folder_of_partitions_and_one_with_other_files(tmp_path: Path, folder: Path, monkeypatch: Any) -> None:
    for year in (2024, 2025):
        part = tmp_path / "data [1]" / f"year={year}"
        part.mkdir(parents=True)
        FRAME.to_parquet(part / "part.parquet")
    (source,) = checked(tmp_path / "data [1]", folder=folder)
    assert run(source, folder, monkeypatch)["year"].astype(int).tolist() == [2024] * 3 + [2025] * 3
    text(tmp_path / "data [1]" / "README.md", "hello")
    (source,) = checked(tmp_path / "data [1]", folder=folder)
    assert len(run(source, folder, monkeypatch)) == 6


def test_a_pattern_of_csv_files_written_alike_is_one_frame(tmp_path: Path, folder: Path, monkeypatch: Any) -> None:
    for month in ("01", "02"):
        text(tmp_path / f"m-{month}.csv", f"month;x\n{month};1,5\n")
    (source,) = checked(tmp_path / "m-*.csv", folder=folder)
    frame = run(source, folder, monkeypatch)
    assert frame["month"].tolist() == ["01", "02"]
    assert frame["x"].tolist() == [1.5, 1.5]
    text(tmp_path / "m-03.csv", "other,y\n1,2\n")
    assert [source.name for source in checked(tmp_path / "m-*.csv", folder=folder)] == ["m_01", "m_02", "m_03"]


def test_excel_takes_the_first_sheet_with_rows(tmp_path: Path, folder: Path, monkeypatch: Any) -> None:
    path = tmp_path / "book.xlsx"
    with pd.ExcelWriter(path) as book:
        pd.DataFrame().to_excel(book, sheet_name="Cover")
        FRAME.assign(name=["NA", "b", None]).to_excel(book, sheet_name="Q1 'x'", index=False, startrow=2)
        FRAME.to_excel(book, sheet_name="Q2", index=False)
    (source,) = checked(path, folder=folder)
    assert "# other sheets: 'Q2'" in source.code
    frame = run(source, folder, monkeypatch)
    assert frame["name"].tolist()[:2] == ["NA", "b"]
    assert frame["name"].isna().tolist() == [False, False, True]
    assert frame["x"].tolist() == [0.5, 1.5, 2.5]
    (source,) = checked(f"{path}#Q2", folder=folder)
    pd.testing.assert_frame_equal(run(source, folder, monkeypatch), FRAME)
    with pytest.raises(InputError, match="no sheet 'Q9'"):
        sources([f"{path}#Q9"], folder=folder)


@pytest.mark.parametrize("name", ["t.json", "t.jsonl", "t.ndjson"])
@pytest.mark.parametrize("lines", [True, False])
def test_json(tmp_path: Path, load: Callable[..., pd.DataFrame], name: str, lines: bool) -> None:
    FRAME.to_json(tmp_path / name, orient="records", lines=lines)
    pd.testing.assert_frame_equal(load(tmp_path / name), FRAME)
    FRAME.head(1).to_json(tmp_path / name, orient="records", lines=lines)
    pd.testing.assert_frame_equal(load(tmp_path / name), FRAME.head(1))


def test_json_says_itself_what_is_a_number(tmp_path: Path, load: Callable[..., pd.DataFrame]) -> None:
    for encoding in ("utf-8", "utf-8-sig"):
        frame = load(text(tmp_path / "t.json", '[{"zip": "00501", "n": 1}, {"zip": "NA", "n": null}]', encoding))
        assert frame["zip"].tolist() == ["00501", "NA"]
        assert frame["n"].isna().tolist() == [False, True]


def test_databases(tmp_path: Path, folder: Path, monkeypatch: Any) -> None:
    connection = sqlite3.connect(tmp_path / "my shop.db")
    FRAME.to_sql("orders", connection, index=False)
    FRAME.head(2).to_sql('odd "name"', connection, index=False)
    FRAME.head(0).to_sql("nothing", connection, index=False)
    connection.close()
    found = checked(tmp_path / "my shop.db", folder=folder)
    assert [source.name for source in found] == ["odd_name", "orders"]
    pd.testing.assert_frame_equal(run(found[1], folder, monkeypatch), FRAME)
    assert len(run(found[0], folder, monkeypatch)) == 2
    (source,) = checked(f"{tmp_path / 'my shop.db'}#orders", folder=folder)
    assert source.name == "orders"

    with duckdb.connect(str(tmp_path / "lake.db")) as lake:
        lake.execute("CREATE TABLE t AS SELECT 'a' AS name, 1 AS n")
    (source,) = checked(tmp_path / "lake.db", folder=folder)
    assert source.name == "lake"
    assert run(source, folder, monkeypatch).values.tolist() == [["a", 1]]
    with duckdb.connect(str(tmp_path / "lake.db")) as lake:
        lake.execute("CREATE SCHEMA s; CREATE TABLE s.u AS SELECT 2 AS n")
    found = checked(tmp_path / "lake.db", folder=folder)
    assert [run(source, folder, monkeypatch)["n"].tolist() for source in found] == [[1], [2]]


def test_names_are_unique_identifiers(tmp_path: Path, folder: Path, monkeypatch: Any) -> None:
    paths = []
    for name in ("2024 Q1.csv", "2024-Q1.csv", "class.csv", "list.csv", "pd.csv", "工资.csv", "---.csv", "x = y.csv"):
        paths.append(text(tmp_path / name, f"a,b\n{len(paths)},2\n"))
    found = checked(*paths, folder=folder)
    names = [source.name for source in found]
    assert names == ["data_2024_Q1", "data_2024_Q1_2", "class_", "list_", "pd_", "工资", "data", "x_y"]
    assert [run(source, folder, monkeypatch)["a"][0] for source in found] == list(range(8))


def test_paths_in_the_code_are_relative_where_near(tmp_path: Path, folder: Path) -> None:
    near = text(tmp_path / "it's.csv", "a,b\n1,2\n")
    (source,) = checked(near, folder=folder)
    assert '"../it\'s.csv"' in source.code
    deep = folder / "a" / "b" / "c"
    deep.mkdir(parents=True)
    (source,) = checked(near, folder=deep)
    assert repr(near.resolve().as_posix()) in source.code
    assert source.paths == (str(near),)


def test_the_real_table(shared: Path, load: Callable[..., pd.DataFrame]) -> None:
    assert load(shared / "data" / "salaries" / "salaries-2025-01.parquet").shape == (74301, 11)


def test_only_the_beginning_of_a_large_file_is_read(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("k2lab.schema.delimited.HEAD_BYTES", 1000)
    path = text(tmp_path / "t.csv", "a,b\n" + "1,2\n" * 1000 + "1,2,3\n")
    checked(path, folder=folder)
    monkeypatch.setattr("k2lab.schema.delimited.HEAD_BYTES", 1_000_000)
    with pytest.raises(InputError, match="line 1002"):
        checked(path, folder=folder)


# What cannot be read


def fault_of(*paths: Path | str, folder: Path) -> str:
    with pytest.raises(InputError) as caught:
        checked(*paths, folder=folder)
    assert caught.value.exit_code == 2
    said = str(caught.value)
    assert "\n" not in said
    assert caught.value.mend
    return said


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.csv", b"", "is empty"),
        ("blank.csv", b"\n \n", "is empty"),
        ("empty.parquet", b"", "is empty"),
        ("header.csv", b"a,b,c\n", "has a header but no rows"),
        ("ragged.csv", b"a,b,c\n1,2,3\n1,2,3,4\n", "has 4 fields in line 3, but 3 in its header"),
        ("short.csv", b"a,b,c\n1,2,3\n\n1,2\n", "has 2 fields in line 4, but 3 in its header"),
        ("multi.csv", b'a,b\n"x\ny",2\n1,2,3\n', "has 3 fields in line 4, but 2 in its header"),
        (
            "parquet.csv",
            b"PAR1\x15\x04\x15",
            "it looks like a Parquet file. If that is right, give it the ending .parquet",
        ),
        ("zip.csv", b"PK\x03\x04abc", "it looks like an Excel or ZIP file"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\x00", "it looks like a picture"),
        ("bytes.csv", bytes(range(256)) * 4, "is not text, whatever its name says"),
        ("utf16.csv", "a,b\n1,2\n".encode("utf-16-le"), "is not text"),
        ("mixed.csv", "a,b\né,1\nü,2\n".encode() + "é,3\n".encode("cp1252"), "damaged bytes: 0xe9 in line 4"),
        ("cyrillic.csv", "имя,число\nМосква,1\nКазань,2\n".encode("cp1251"), "encoding that k2lab cannot tell"),
        ("broken.parquet", b"PAR1 and no more", "is not a Parquet file, or is damaged"),
        ("text.parquet", b"a,b\n1,2\n", "is not a Parquet file, or is damaged"),
        ("broken.xlsx", b"PK\x03\x04 and no more", "is not an Excel workbook, or is damaged"),
        ("text.xlsx", b"a,b\n1,2\n", "is not an Excel workbook, or is damaged"),
        ("old.xls", b"\xd0\xcf\x11\xe0 old", "in a format that k2lab cannot read"),
        ("text.sqlite", b"a,b\n1,2\n", "is not a SQLite or DuckDB database"),
        ("broken.sqlite", b"SQLite format 3\x00" + b"no" * 200, "is not a SQLite database, or is damaged"),
        ("broken.duckdb", b"\0" * 8 + b"DUCK" + b"no" * 200, "cannot be read by DuckDB"),
        ("broken.json", b'[{"a": 1}, {"a": ', "is not JSON"),
        ("scalar.json", b"3", "is JSON, but not a table"),
        ("list.json", b"[1, 2]", "is JSON, but not a table"),
        ("none.json", b"[]", "has no rows"),
        ("bad.jsonl", b'{"a": 1}\n{"a": 2}\n{"a": \n', "its entry 3 is not JSON"),
        ("broken.csv.gz", gzip.compress(b"a,b\n1,2\n" * 99, mtime=0)[:30], "is not a whole gzip file"),
        ("unknown.bin", b"\x01\x02\x03", "in a format that k2lab cannot read"),
    ],
)
def test_faults_of_single_files(tmp_path: Path, folder: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    message = fault_of(path, folder=folder)
    assert said in message
    assert name in message


def test_a_missing_file_names_its_neighbours(tmp_path: Path, folder: Path) -> None:
    text(tmp_path / "salaries.csv", "a,b\n1,2\n")
    assert "Near it: salaries.csv" in fault_of(tmp_path / "salareis.csv", folder=folder)
    assert "does not exist" in fault_of(tmp_path / "nowhere" / "x.csv", folder=folder)
    assert "Download it" in fault_of("https://example.org/x.csv", folder=folder)


def test_folders_and_patterns_without_files(tmp_path: Path, folder: Path) -> None:
    text(tmp_path / "notes.md", "hello")
    assert "holds no file that can be read" in fault_of(tmp_path, folder=tmp_path)
    assert "No file matches" in fault_of(tmp_path / "*.parquet", folder=folder)


def test_tables_without_rows(tmp_path: Path, folder: Path) -> None:
    FRAME.head(0).to_parquet(tmp_path / "t.parquet")
    assert "t.parquet has no rows" in fault_of(tmp_path / "t.parquet", folder=folder)
    FRAME.head(0).to_excel(tmp_path / "t.xlsx", index=False)
    assert "no sheet with rows" in fault_of(tmp_path / "t.xlsx", folder=folder)
    connection = sqlite3.connect(tmp_path / "t.db")
    FRAME.head(0).to_sql("t", connection)
    connection.close()
    assert "no table with rows" in fault_of(tmp_path / "t.db", folder=folder)
    assert "no table 'u'" in fault_of(f"{tmp_path / 't.db'}#u", folder=folder)


def test_parquet_files_that_do_not_belong_together(tmp_path: Path, folder: Path) -> None:
    FRAME.to_parquet(tmp_path / "a.parquet")
    FRAME.assign(n=["1", "2", "3"]).to_parquet(tmp_path / "b.parquet")
    said = fault_of(tmp_path / "*.parquet", folder=folder)
    assert "'n' is string in the first and int64 in the second" in said
    FRAME.drop(columns="n").to_parquet(tmp_path / "b.parquet")
    assert "'n' is missing in the first" in fault_of(tmp_path / "*.parquet", folder=folder)


def test_kinds_of_text_belong_together(tmp_path: Path, load: Callable[..., pd.DataFrame]) -> None:
    for name, kind in (("a", pa.string()), ("b", pa.large_string()), ("c", pa.dictionary(pa.int8(), pa.string()))):
        pq.write_table(pa.table({"t": pa.array(["x"], kind)}), tmp_path / f"{name}.parquet")
    assert load(tmp_path / "*.parquet")["t"].tolist() == ["x"] * 3


def test_what_may_not_be_read(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = text(tmp_path / "t.csv", "a,b\n1,2\n")
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert "t.csv may not be read" in fault_of(path, folder=folder)

    def refuse(self: Path) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "iterdir", refuse)
    assert "may not be read" in fault_of(tmp_path, folder=folder)


def test_a_source_without_files_needs_no_check() -> None:
    probe(Source(name="df", code="df = make()"))


def test_a_file_that_went_away(tmp_path: Path, folder: Path) -> None:
    path = text(tmp_path / "t.csv", "a,b\n1,2\n")
    (source,) = sources([str(path)], folder=folder)
    path.unlink()
    with pytest.raises(InputError, match="no file"):
        probe(source)


def test_too_many_tables(tmp_path: Path, folder: Path) -> None:
    connection = sqlite3.connect(tmp_path / "t.db")
    for number in range(21):
        pd.DataFrame({"x": np.arange(2)}).to_sql(f"t{number}", connection)
    connection.close()
    assert "Choose one, as in t.db#t0" in fault_of(tmp_path / "t.db", folder=folder)
