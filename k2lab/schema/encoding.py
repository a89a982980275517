"""Tell text from other files, and in which encoding it is written, from its first bytes."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from k2lab.errors import InputError

_MAGIC = (
    (b"PAR1", "a Parquet file", ".parquet"),
    (b"PK\x03\x04", "an Excel or ZIP file", ".xlsx"),
    (b"SQLite format 3\x00", "an SQLite database", ".sqlite"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file", ""),
    (b"\x1f\x8b", "a gzip archive", ".csv.gz"),
    (b"\x89PNG", "a picture", ""),
    (b"\xff\xd8\xff", "a picture", ""),
    (b"GIF8", "a picture", ""),
    (b"%PDF", "a PDF document", ""),
    (b"\x7fELF", "a program", ""),
    (b"ARROW1", "a Feather file", ""),
)
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONTROL = re.compile(rb"[\x00-\x06\x0e-\x19\x1c-\x1f\x7f]")
_SAVE = "Save it as UTF-8 and try again."


def format_of(head: bytes) -> tuple[str, str] | None:
    """Return what a file that is not text is, and the ending it should have; None where the bytes do not tell.

    Examples
    --------
    >>> format_of(b"PAR1...")
    ('a Parquet file', '.parquet')
    """
    if head[8:12] == b"DUCK":
        return "a DuckDB database", ".duckdb"
    return next(((what, suffix) for magic, what, suffix in _MAGIC if head.startswith(magic)), None)


def decode(head: bytes, path: Path, *, whole: bool) -> tuple[str, str]:
    """Decode the beginning of a text file.

    Parameters
    ----------
    head : bytes
        The first bytes.
    path : Path
        For the message.
    whole : bool
        Whether that is all of the file; else the last letter may be cut.

    Returns
    -------
    text, encoding : str
        Without byte order mark. UTF-8, UTF-16 with a mark, GB 18030 and Windows-1252 are told.

    Raises
    ------
    InputError
        If it is not text, damaged, or in an encoding that cannot be told.
    """
    known = format_of(head)
    if known:
        what, suffix = known
        mend = f"If that is right, give it the ending {suffix}." if suffix else "Export the table as CSV or Parquet."
        raise InputError(f"{path} is not text: it looks like {what}.", mend)
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            try:
                return codecs.getincrementaldecoder(encoding)().decode(head, whole), encoding
            except UnicodeDecodeError as fault:
                raise InputError(f"{path} is marked as {encoding} but is not ({fault.reason}).", _SAVE) from None
    if b"\x00" in head or len(_CONTROL.findall(head)) > len(head) // 200:
        raise InputError(
            f"{path} is not text, whatever its name says.", "Export the table as CSV in UTF-8, or as Parquet."
        )
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(head, whole), "utf-8"
    except UnicodeDecodeError as fault:
        return _legacy(head, path, fault, whole=whole)


def _legacy(head: bytes, path: Path, fault: UnicodeDecodeError, *, whole: bool) -> tuple[str, str]:
    """Tell an encoding from before UTF-8 by which letters it would give."""
    loose = head.decode("utf-8", errors="replace")
    broken = loose.count("\ufffd")
    sound = sum(not letter.isascii() for letter in loose) - broken
    if sound > broken:
        line = head.count(b"\n", 0, fault.start) + 1
        raise InputError(
            f"{path} is UTF-8 with damaged bytes: 0x{head[fault.start]:02x} in line {line}.",
            "Two encodings may be mixed in it. " + _SAVE,
        )
    try:
        text = codecs.getincrementaldecoder("gb18030")().decode(head, whole)
    except UnicodeDecodeError:
        pass
    else:
        odd = [letter for letter in text if not letter.isascii()]
        # The 6,763 characters of GB 2312 and the punctuation beside them: what real Chinese text is made of. Western
        # text that happens to decode gives rare characters instead.
        common = sum(_is_common(letter) for letter in odd)
        if odd and common >= 0.9 * len(odd):
            return text, "gb18030"
    try:
        text = codecs.getincrementaldecoder("cp1252")().decode(head, whole)
    except UnicodeDecodeError:
        raise InputError(f"{path} is in an encoding that k2lab cannot tell.", _SAVE) from None
    letters = [letter for letter in text if letter.isalpha()]
    odd = [letter for letter in text if not letter.isascii()]
    # In Western languages letters with accents are the fewer ones. Where they are not, it is another alphabet.
    western = sum(letter.isalpha() or letter in "€£°«»“”‘’–—…•·²³µ§®©\xa0" for letter in odd) >= 0.9 * len(odd)
    if not western or sum(not letter.isascii() for letter in letters) > 0.4 * len(letters):
        raise InputError(f"{path} is in an encoding that k2lab cannot tell.", _SAVE)
    return text, "cp1252"


def _is_common(letter: str) -> bool:
    try:
        return len(letter.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False
