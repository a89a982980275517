"""Places: where the frames are and the cells run: the live shell, a kernel of our own, a shell for frames in Python."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from keyword import iskeyword
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self, cast

from k2lab.errors import InputError, KernelDied, UsageError

if TYPE_CHECKING:
    from k2lab.cells.result import CellResult
    from k2lab.cells.runner import CellRunner
    from k2lab.schema.model import FrameSchema
    from k2lab.schema.sources import Source

LOAD_SECONDS = 3600.0  # reading a person's own file may take long; they can interrupt it


class Place(Protocol):
    """Where the frames are and cells run; entered for each question.

    Attributes
    ----------
    runner : CellRunner
    folder : Path or None
        The only folder that cells may write into without being asked about.
    setup : tuple of str
        Cells that make the frames in a fresh kernel, for the notebook; empty where nobody knows them.
    """

    @property
    def runner(self) -> CellRunner: ...
    @property
    def folder(self) -> Path | None: ...
    @property
    def setup(self) -> tuple[str, ...]: ...

    def frames(self, privacy: str) -> tuple[FrameSchema, ...]: ...
    def fingerprints(self) -> Mapping[str, str]: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *fault: Any) -> None: ...


class ShellPlace:
    """The live IPython shell: the person's own frames and kernel."""

    def __init__(self, ip: Any, names: Sequence[str] = (), *, folder: Path | None = None) -> None:
        from k2lab.cells.shell import ShellRunner
        from k2lab.schema.namespace import find_frames

        self._ip = ip
        self._frames = find_frames(ip.user_ns, names)
        self._shell = ShellRunner(ip)
        self.folder = folder
        self.setup: tuple[str, ...] = ()

    def __enter__(self) -> Self:
        self._shell.__enter__()
        return self

    def __exit__(self, *fault: Any) -> None:
        self._shell.__exit__(*fault)

    @property
    def runner(self) -> CellRunner:
        """The live shell."""
        return self._shell

    def frames(self, privacy: str) -> tuple[FrameSchema, ...]:
        from k2lab.schema.namespace import describe_all

        return describe_all(self._frames, privacy=privacy)

    def fingerprints(self) -> Mapping[str, str]:
        return {}


class MemoryPlace(ShellPlace):
    """Frames that were handed over in Python: in the shell that runs, or in one made for the time of a question."""

    def __init__(self, frames: Mapping[str, Any], *, folder: Path | None = None) -> None:
        from IPython.core.getipython import get_ipython

        for name in frames:
            if not str(name).isidentifier() or iskeyword(name):
                raise UsageError(f"{name!r} is not a name that code can use for a frame.")
        self._handed = dict(frames)
        self._own = get_ipython() is None
        super().__init__(_private_shell() if self._own else get_ipython(), folder=folder)
        self._frames = self._handed
        self._before: dict[str, Any] = {}

    def __enter__(self) -> Self:
        names = self._ip.user_ns
        self._before = {name: names[name] for name in self._handed if name in names}
        names.update(self._handed)
        return super().__enter__()

    def __exit__(self, *fault: Any) -> None:
        super().__exit__(*fault)
        for name in self._handed:
            self._ip.user_ns.pop(name, None)
        self._ip.user_ns.update(self._before)
        if self._own:
            type(self._ip).clear_instance()


def _private_shell() -> Any:
    """Make the shell of this process, as matplotlib's inline figures need one; it is cleared after the question."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    private = Config()
    private.HistoryManager.enabled = False  # a person's history is no place for our cells
    return InteractiveShell.instance(config=private)


def memory(frames: Sequence[Any]) -> MemoryPlace:
    """Return a place for frames: one mapping of names to frames, or frames called ``df``, ``df1``, ``df2``..."""
    if len(frames) == 1 and isinstance(frames[0], Mapping):
        return MemoryPlace(frames[0])
    if len(frames) == 1:
        return MemoryPlace({"df": frames[0]})
    return MemoryPlace({f"df{number}": frame for number, frame in enumerate(frames, 1)})


class KernelPlace:
    """A kernel of our own, with frames read from files; the kernel's folder is where the results go.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    sources : sequence of Source
        The files and the code that loads them.
    on_start : callable, optional
        Told, in words, what takes time before the first question.
    """

    def __init__(
        self, folder: Path, sources: Sequence[Source], *, on_start: Callable[[str], None] | None = None
    ) -> None:
        self._sources = tuple(sources)
        self._stack = ExitStack()
        self._tell = on_start or (lambda text: None)
        self._loaded = False
        self._kernel: Any = None
        self.folder = folder
        self.setup = tuple(source.code for source in sources)

    @property
    def runner(self) -> CellRunner:
        """The kernel; there from the first entering on."""
        return cast("CellRunner", self._kernel)

    def __enter__(self) -> Self:
        if not self._loaded:
            from k2lab.cells.kernel import KernelRunner

            self._tell("starting a kernel")
            self._kernel = self._stack.enter_context(KernelRunner(self.folder))
            for source in self._sources:
                self._tell(f"reading {source.name}")
                _must_load(source, self._kernel.run(source.code, timeout=LOAD_SECONDS))
            self._kernel.prelude = "\n".join(self.setup)  # a kernel that had to be replaced has the frames again
            self._loaded = True
        return self

    def __exit__(self, *fault: Any) -> None:
        """Keep the kernel for a follow-up; `close` ends it."""

    def close(self) -> None:
        """End the kernel."""
        self._stack.close()
        self._loaded = False

    def frames(self, privacy: str) -> tuple[FrameSchema, ...]:
        from k2lab.schema.model import FrameSchema

        origins = {source.name: source.code for source in self._sources}
        asked = f"describe_json(globals(), {tuple(origins)!r}, privacy={privacy!r}, origins={origins!r})"
        wanted = f"from k2lab.schema.namespace import describe_json\n{asked}"
        return tuple(FrameSchema.from_dict(one) for one in json.loads(self._kernel.evaluate(wanted)))

    def fingerprints(self) -> Mapping[str, str]:
        from k2lab.report.fingerprint import fingerprint

        return {
            path.name: fingerprint(path)
            for source in self._sources
            for path in map(Path, source.paths)
            if path.is_file()
        }


def _must_load(source: Source, result: CellResult) -> None:
    """Turn a load that failed in the kernel into the one line a person needs."""
    if result.status == "ok":
        return
    where = ", ".join(str(path) for path in source.paths)
    if result.status == "interrupted":
        raise KeyboardInterrupt
    if result.status == "died":
        raise KernelDied(
            f"The kernel died while it read {where}.",
            "The table may be larger than memory; use Parquet and fewer columns.",
        )
    fault = f"{result.error.name}: {result.error.value}" if result.error else result.status
    raise InputError(
        f"{where} cannot be read: {fault}",
        source.mend or "Open it with pandas and save what you need as Parquet or CSV.",
    )
