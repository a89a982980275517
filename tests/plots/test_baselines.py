"""Every kind of figure in light, dark and Chinese looks as it did when somebody last looked at it."""

from __future__ import annotations

import pandas as pd
import pytest
from PIL import Image, ImageChops, ImageFilter, ImageStat

from k2lab.plots import fonts
from tests.plots import gallery

# Mean difference of blurred pixels, of 255: another version of FreeType moves letters by a part of a pixel, while a
# mark or a label that is elsewhere, gone or of another colour shows.
TOLERANCE = 1.5
WORST_TILE = 28.0


def _difference(one: Image.Image, other: Image.Image) -> tuple[float, float]:
    """Return the mean difference, and that of the worst tile of 24 pixels."""
    blurred = [image.convert("RGB").filter(ImageFilter.GaussianBlur(2)) for image in (one, other)]
    gap = ImageChops.difference(*blurred).convert("L")
    tiles = gap.resize((max(1, gap.width // 24), max(1, gap.height // 24)), Image.Resampling.BOX)
    return ImageStat.Stat(gap).mean[0], float(tiles.getextrema()[1])


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    return gallery.table()


@pytest.mark.parametrize("ground", gallery.LOOKS)
@pytest.mark.parametrize("kind", gallery.FIGURES)
def test_figure_looks_like_its_baseline(kind: str, ground: str, data: pd.DataFrame) -> None:
    if ground == "zh":
        assert any("CJK" in family for family in fonts.families()), "install fonts-noto-cjk"
    now = gallery.picture(kind, ground, data)
    kept = Image.open(gallery.BASELINES / f"{kind}-{ground}.png").convert("RGB")
    assert abs(now.width - kept.width) <= 2
    assert abs(now.height - kept.height) <= 2
    mean, worst = _difference(now.resize(kept.size), kept)
    assert mean < TOLERANCE
    assert worst < WORST_TILE


def test_the_comparison_sees_a_missing_group(data: pd.DataFrame) -> None:
    kept = Image.open(gallery.BASELINES / "violin-light.png").convert("RGB")
    now = gallery.picture("violin", "light", data[(data["level"] != "high") | (data["place"] != "home")])
    assert _difference(now.resize(kept.size), kept)[1] > WORST_TILE
    recoloured = gallery.picture("violin", "dark", data)
    assert _difference(recoloured.resize(kept.size), kept)[0] > TOLERANCE


def test_every_kind_of_figure_has_a_baseline() -> None:
    from k2lab import plots

    drawn = {name for name in plots.__all__ if name not in ("digest", "palette", "theme", "use")}
    assert drawn <= set(gallery.FIGURES)
    assert {path.stem for path in gallery.BASELINES.glob("*.png")} == {
        f"{kind}-{ground}" for kind in gallery.FIGURES for ground in gallery.LOOKS
    }
