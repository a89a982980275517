"""Find the frames among a person's variables, and describe them, here or asked from another process."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import cast

from k2lab.errors import UsageError
from k2lab.schema.describe import describe
from k2lab.schema.model import FrameSchema, Privacy

# Where each library keeps its frames. Only looked up in libraries that are loaded: what was never imported cannot have
# made a frame, and importing it would cost seconds.
_FRAMES = {
    "pandas": ("DataFrame",),
    "polars": ("DataFrame", "LazyFrame"),
    "pyarrow": ("Table",),
    "duckdb": ("DuckDBPyRelation",),
    "modin.pandas": ("DataFrame",),
    "cudf": ("DataFrame",),
    "dask.dataframe": ("DataFrame",),
    "ibis.expr.types": ("Table",),
    "pyspark.sql": ("DataFrame",),
    "pyspark.sql.connect.dataframe": ("DataFrame",),
    "narwhals": ("DataFrame", "LazyFrame"),
}

# IPython's own names for earlier inputs and outputs.
_HISTORY = frozenset({"In", "Out", "exit", "quit", "get_ipython"})


def is_frame(value: object) -> bool:
    """Tell whether a value is a frame of a library that is loaded; imports nothing.

    Examples
    --------
    >>> is_frame([1, 2])
    False
    """
    for library, names in _FRAMES.items():
        module = sys.modules.get(library)
        types = [getattr(module, name, None) for name in names] if module is not None else []
        if any(isinstance(one, type) and isinstance(value, one) for one in types):
            return True
    return False


def find_frames(namespace: Mapping[str, object], names: Sequence[str] = ()) -> dict[str, object]:
    """Find frames among variables.

    Parameters
    ----------
    namespace : mapping of str to object
        The variables.
    names : sequence of str, optional
        Only these, in this order. Without, all frames whose names do not begin with an underscore.

    Returns
    -------
    dict of str to object
        Empty if there is none and none was asked for.

    Raises
    ------
    UsageError
        If a name is unknown, or what it names is not a frame.

    Examples
    --------
    >>> import pandas as pd
    >>> list(find_frames({"df": pd.DataFrame(), "_1": pd.DataFrame(), "n": 3}))
    ['df']
    """
    if not names:
        # A copy: another thread of the kernel may add a variable meanwhile.
        return {
            name: value
            for name, value in dict(namespace).items()
            if isinstance(name, str) and not name.startswith("_") and name not in _HISTORY and is_frame(value)
        }
    found: dict[str, object] = {}
    for name in names:
        if name not in namespace:
            frames = list(find_frames(namespace))
            near = get_close_matches(name, frames, n=1, cutoff=0.5)
            mean = f"Did you mean {near[0]!r}? " if near else ""
            raise UsageError(f"No frame is called {name!r}.", mean + _here(frames))
        if not is_frame(namespace[name]):
            kind = type(namespace[name]).__name__
            raise UsageError(f"{name!r} is a {kind}, not a frame.", _here(list(find_frames(namespace))))
        found[name] = namespace[name]
    return found


def _here(frames: Sequence[str]) -> str:
    return f"Frames here: {', '.join(frames)}." if frames else "There is no frame here: load one first."


def describe_all(
    frames: Mapping[str, object], *, privacy: str = "schema", origins: Mapping[str, str] | None = None
) -> tuple[FrameSchema, ...]:
    """Describe frames.

    Parameters
    ----------
    frames : mapping of str to object
        As `find_frames` returns them.
    privacy : {"schema", "summary", "sample"}
    origins : mapping of str to str, optional
        The code that loaded them, by name.

    Raises
    ------
    UsageError
        If one of them is not a frame.
    """
    known = origins or {}
    return tuple(
        describe(frame, name=name, privacy=cast(Privacy, privacy), origin=known.get(name, ""))
        for name, frame in frames.items()
    )


def describe_json(
    namespace: Mapping[str, object],
    names: Sequence[str] = (),
    *,
    privacy: str = "schema",
    origins: Mapping[str, str] | None = None,
) -> str:
    """Find and describe frames, and return JSON: what a session asks of a kernel in another process.

    Returns
    -------
    str
        A list of what `FrameSchema.to_dict` returns.

    Raises
    ------
    UsageError
        As `find_frames`.
    """
    made = describe_all(find_frames(namespace, names), privacy=privacy, origins=origins)
    return json.dumps([schema.to_dict() for schema in made])
