"""A notebook run again, from top to bottom in a kernel of its own, so that a report shows what its code gives now."""

from __future__ import annotations

import copy
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from k2lab.errors import InputError, KernelDied
from k2lab.locale import pick
from k2lab.report.fingerprint import source_mark
from k2lab.report.freshness import changed_data

if TYPE_CHECKING:
    from nbformat import NotebookNode

_NO_KERNEL = "Install it, or open the notebook and choose another kernel."


def executed(nb: NotebookNode, folder: Path, *, tell: Callable[[int, int], None] | None = None) -> NotebookNode:
    """Run a notebook and return it with its new outputs; the one given stays as it is.

    Parameters
    ----------
    nb : NotebookNode
    folder : path
        Where the code runs, as Jupyter would run it: the notebook's own.
    tell : callable, optional
        Hears which code cell begins, and of how many.

    Notes
    -----
    ``%%k2`` cells ask no model (``K2LAB_SKIP``): what they made stands in the notebook as cells, and these run.

    Raises
    ------
    InputError
        If a cell fails or there is no kernel for the notebook.
    KernelDied
        If its kernel ends.
    """
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, DeadKernelError

    made = copy.deepcopy(nb)
    places = [at for at, cell in enumerate(made.cells) if cell.cell_type == "code" and str(cell.source).strip()]

    def begins(cell: Any, cell_index: int, **more: Any) -> None:
        if tell is not None and cell_index in places:
            tell(places.index(cell_index) + 1, len(places))

    client = NotebookClient(
        made, timeout=None, resources={"metadata": {"path": str(folder)}}, on_cell_start=begins, allow_errors=False
    )
    try:
        with _skipping(), _same_signals():
            client.execute()
    except CellExecutionError as error:
        where = next((at for at in places if made.cells[at].get("outputs") and _failed(made.cells[at])), places[0])
        reason = f"{error.ename}: {error.evalue}"[:200]
        raise InputError(
            f"Cell {places.index(where) + 1} fails ({reason}).", "Mend it in JupyterLab, or report without --execute."
        ) from error
    except NoSuchKernel as error:
        raise InputError(f"There is no kernel {error.name!r} here.", _NO_KERNEL) from error
    except DeadKernelError as error:
        raise KernelDied("The kernel died while the notebook ran.", "Its data may be larger than memory.") from error
    return _marked(made, changed_data(nb, folder))


def _failed(cell: Any) -> bool:
    return any(output.get("output_type") == "error" for output in cell["outputs"])


def _marked(made: NotebookNode, changed: tuple[str, ...]) -> NotebookNode:
    """Note that the cells are as they ran, and which data the sentences of an earlier run do not know."""
    for cell in made.cells:
        mark = cell.get("metadata", {}).get("k2lab")
        if cell.cell_type == "code" and isinstance(mark, dict):
            mark["source"], mark["count"] = source_mark(str(cell.source)), cell.get("execution_count")
    if changed and isinstance(made.metadata.get("k2lab"), dict):
        names = ", ".join(changed)
        made.metadata["k2lab"]["renewed"] = pick(
            f"The cells were run again on data that changed ({names}). Tables and figures are new; the sentences of "
            "the summary, the methods and the limits are those of the first run.",
            f"单元格已在变更后的数据上重新运行（{names}）。表与图为新结果；摘要、方法与局限中的文字仍为首次运行所写。",
        )
    return made


@contextmanager
def _same_signals() -> Iterator[None]:
    """Give interrupts back to whom they belong: nbclient takes them for itself and keeps them."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            for number, handler in before.items():
                if handler is not None:
                    signal.signal(number, handler)


@contextmanager
def _skipping() -> Iterator[None]:
    before = os.environ.get("K2LAB_SKIP")
    os.environ["K2LAB_SKIP"] = "1"
    try:
        yield
    finally:
        if before is None:
            os.environ.pop("K2LAB_SKIP", None)
        else:
            os.environ["K2LAB_SKIP"] = before
