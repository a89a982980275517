"""The live shell, as a place whose cells appear in the notebook before they run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from k2lab.session.places import ShellPlace

if TYPE_CHECKING:
    from k2lab.cells.runner import CellRunner
    from k2lab.notebook.cell_display import CellDisplay


class CellPlace(ShellPlace):
    """A `ShellPlace` that tells a display of each cell that begins to run.

    Attributes
    ----------
    names : tuple of str
        Of the frames.
    display : CellDisplay
        Set before the place is used.
    """

    display: CellDisplay

    def __init__(self, ip: Any, names: Sequence[str] = ()) -> None:
        super().__init__(ip, names)
        self.names = tuple(self._frames)

    @property
    def runner(self) -> CellRunner:
        """The live shell, with its cells shown."""
        return self.display.around(super().runner)
