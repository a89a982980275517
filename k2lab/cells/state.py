"""State that is the person's: their variables, and the settings of the libraries that a run may change."""

from __future__ import annotations

import os
import random
import re
import sys
import warnings
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import ExitStack, contextmanager
from typing import Any

_SHELL_NAMES = re.compile(r"In|Out|_ih|_oh|_dh|_i{1,3}|_i?\d+|_{1,3}|_exit_code")


@contextmanager
def kept(ip: Any) -> Iterator[None]:
    """Keep the person's variables and library settings as they are, for the time of the block.

    The run works on shallow copies of the frames (copy-on-write, so no rows are copied with pandas 3 and polars), so
    neither `df = df.dropna()` nor `df["new"] = 1` reaches the person's frame. New names stay afterwards.
    Objects other than frames are the person's own: a list that a cell appends to is changed.

    Parameters
    ----------
    ip : InteractiveShell
    """
    with ExitStack() as stack:
        stack.enter_context(warnings.catch_warnings())
        for keep in (_directory, _environment, _randomness, _numpy, _pandas, _matplotlib):
            restore = keep()
            if restore is not None:
                stack.callback(restore)
        stack.callback(_variables(ip))
        yield


def copied(value: Any) -> Any:
    """Return a frame's cheap, independent copy, or the value itself if it is no frame.

    Parameters
    ----------
    value : object
        pandas frames and series are copied on write (before pandas 3: copied), polars objects are cloned; others
        (pyarrow tables and DuckDB relations cannot be changed in place) are returned as they are.
    """
    pandas, polars = sys.modules.get("pandas"), sys.modules.get("polars")
    try:
        if pandas is not None and isinstance(value, (pandas.DataFrame, pandas.Series)):
            return value.copy(deep=int(pandas.__version__.split(".")[0]) < 3)
        if polars is not None and isinstance(value, (polars.DataFrame, polars.LazyFrame, polars.Series)):
            return value.clone()
    except Exception:  # noqa: BLE001 - a subclass may refuse to be copied; then the run sees the person's own object
        return value
    return value


def _variables(ip: Any) -> Callable[[], None]:
    names: MutableMapping[str, Any] = ip.user_ns
    hook, hidden = ip.displayhook, ip.user_ns_hidden
    own = {name: value for name, value in names.items() if not _SHELL_NAMES.fullmatch(name)}
    # IPython moves on `_` only while its three records of it agree.
    last = {name: (getattr(hook, name, ""), names.get(name, ""), hidden.get(name, "")) for name in ("_", "__", "___")}
    names.update({name: copy for name, value in own.items() if (copy := copied(value)) is not value})

    def restore() -> None:
        names.update(own)
        for name, (in_hook, in_names, in_hidden) in last.items():
            setattr(hook, name, in_hook)
            names[name], hidden[name] = in_names, in_hidden

    return restore


def _directory() -> Callable[[], None] | None:
    try:
        here = os.getcwd()
    except OSError:
        return None
    return lambda: os.chdir(here) if os.path.isdir(here) else None


def _environment() -> Callable[[], None]:
    before = dict(os.environ)

    def restore() -> None:
        for name in set(os.environ) - set(before):
            del os.environ[name]
        os.environ.update({name: value for name, value in before.items() if os.environ.get(name) != value})

    return restore


def _randomness() -> Callable[[], None]:
    state = random.getstate()
    return lambda: random.setstate(state)


def _numpy() -> Callable[[], None] | None:
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return None
    errors, printing, state = numpy.geterr(), numpy.get_printoptions(), numpy.random.get_state()

    def restore() -> None:
        numpy.seterr(**errors)
        numpy.set_printoptions(**printing)
        numpy.random.set_state(state)

    return restore


def _pandas() -> Callable[[], None] | None:
    pandas = sys.modules.get("pandas")
    if pandas is None:
        return None

    def options(group: Any, path: str) -> Iterator[tuple[str, Any]]:
        for name in dir(group):
            value = getattr(group, name)
            if isinstance(value, type(pandas.options)):
                yield from options(value, f"{path}{name}.")
            else:
                yield f"{path}{name}", value

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before = dict(options(pandas.options, ""))

    def restore() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for name, value in options(pandas.options, ""):
                if name in before and value is not before[name] and value != before[name]:
                    pandas.set_option(name, before[name])

    return restore


def _matplotlib() -> Callable[[], None]:
    loaded = sys.modules.get("matplotlib")
    before = None if loaded is None else dict(loaded.rcParams.copy())

    def restore() -> None:
        matplotlib: Any = sys.modules.get("matplotlib")
        if matplotlib is None:
            return
        values = before
        if values is None:
            # Loading matplotlib in a notebook turns interactive mode on; that is how the person would find it.
            values = {key: value for key, value in matplotlib.rcParamsOrig.items() if key != "interactive"}
        # As matplotlib.rc_context does: past the validation, which warns of deprecated names, and not the backend.
        dict.update(matplotlib.rcParams, {key: value for key, value in values.items() if not key.startswith("backend")})

    return restore
