"""The sheet of a figure, and where one Axes stands on it: as near the edges as its labels allow.

Matplotlib's constrained layout measures all labels of a figure twice at every drawing, to settle many Axes against
each other; one Axes needs one look. A sheet that got more Axes, a legend or a title of its own is left to it. And
before it saves a figure that has a layout, matplotlib draws it once into nothing; a sheet is only laid out.
"""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def _classes() -> tuple[type[Any], type[Any]]:
    """Return the classes of the sheet and of its layout engine, made when matplotlib is there."""
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine
    from matplotlib.text import Annotation

    class OneLook(ConstrainedLayoutEngine):
        """Constrained layout that measures a lone Axes once."""

        _adjust_compatible = True
        _settled: tuple[float, float] | None = None

        def execute(self, fig: Any, renderer: Any = None) -> Any:
            """Move the Axes so that all that belongs to it is on the sheet, with the usual padding."""
            alone = len(fig.axes) == 1 and fig.axes[0].get_subplotspec() is not None
            if not alone or fig.legends or fig.get_suptitle():
                self._settled = None
                return super().execute(fig)
            (ax,) = fig.axes
            size = tuple(fig.get_size_inches())
            if size == self._settled and not ax.stale:  # drawn since, and nothing has changed
                return None
            # A label at the end of a line moves less than the edge does: what still sticks out is seen next time.
            ends = any(isinstance(one, Annotation) and one.get_annotation_clip() is False for one in ax.texts)
            for _ in range(3 if ends else 1):
                self._fit(fig, ax, renderer)
            self._settled = size
            return None

        def _fit(self, fig: Any, ax: Any, renderer: Any) -> None:
            inner = ax.get_position(original=True).transformed(fig.transFigure)
            outer = ax.get_tightbbox(renderer, for_layout_only=True)
            width, height = fig.bbox.width, fig.bbox.height
            across, up = (self.get()[name] * fig.dpi for name in ("w_pad", "h_pad"))
            left, right = inner.x0 - outer.x0 + across, width - (outer.x1 - inner.x1 + across)
            bottom, top = inner.y0 - outer.y0 + up, height - (outer.y1 - inner.y1 + up)
            if right - left > 0.1 * width and top - bottom > 0.1 * height:
                fig.subplots_adjust(left / width, bottom / height, right / width, top / height)

    class Sheet(Figure):
        """A figure that is laid out, not drawn, before it is saved."""

        def draw(self, renderer: Any) -> None:
            """Draw; with a layout engine while it is saved, only lay out: matplotlib takes the engine off to draw."""
            engine = self.get_layout_engine()
            if isinstance(engine, OneLook) and self.canvas.is_saving():
                engine.execute(self, renderer)
                return
            super().draw(renderer)

    return Sheet, OneLook


def engine() -> type[Any]:
    """Return the class of the layout engine of our own sheets."""
    return _classes()[1]


def sheet(down: int = 1, across: int = 1, **how: Any) -> tuple[Any, Any]:
    """Return a new sheet and its Axes, as ``pyplot.subplots`` does."""
    from matplotlib import pyplot as plt

    made: tuple[Any, Any] = plt.subplots(down, across, FigureClass=_classes()[0], layout=engine()(), **how)
    return made
