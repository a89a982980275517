"""Where one Axes stands on its sheet: as near the edges as its labels allow.

Matplotlib's constrained layout measures all labels of a figure twice at every drawing, to settle many Axes against
each other; one Axes needs one look. A sheet that got more Axes, a legend or a title of its own is left to it.
"""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def _engine() -> type[Any]:
    """Return the class of the layout engine, made when matplotlib is there."""
    from matplotlib.layout_engine import ConstrainedLayoutEngine
    from matplotlib.text import Annotation

    class OneLook(ConstrainedLayoutEngine):
        """Constrained layout that measures a lone Axes once."""

        _adjust_compatible = True

        def execute(self, fig: Any) -> Any:
            """Move the Axes so that all that belongs to it is on the sheet, with the usual padding."""
            alone = len(fig.axes) == 1 and fig.axes[0].get_subplotspec() is not None
            if not alone or fig.legends or fig.get_suptitle():
                return super().execute(fig)
            (ax,) = fig.axes
            # A label at the end of a line moves less than the edge does: what still sticks out is seen next time.
            ends = any(isinstance(one, Annotation) and one.get_annotation_clip() is False for one in ax.texts)
            for _ in range(3 if ends else 1):
                self._fit(fig, ax)
            return None

        def _fit(self, fig: Any, ax: Any) -> None:
            inner = ax.get_position(original=True).transformed(fig.transFigure)
            outer = ax.get_tightbbox(for_layout_only=True)
            width, height = fig.bbox.width, fig.bbox.height
            across, up = (self.get()[name] * fig.dpi for name in ("w_pad", "h_pad"))
            left, right = inner.x0 - outer.x0 + across, width - (outer.x1 - inner.x1 + across)
            bottom, top = inner.y0 - outer.y0 + up, height - (outer.y1 - inner.y1 + up)
            if right - left > 0.1 * width and top - bottom > 0.1 * height:
                fig.subplots_adjust(left / width, bottom / height, right / width, top / height)

    return OneLook


def one_look() -> Any:
    """Return a layout engine for one figure."""
    return _engine()()
