from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import gaussian_kde

from k2lab.plots.kernels import bandwidth, density


@pytest.mark.parametrize("shape", ["normal", "skewed", "two humps", "far tail"])
def test_density_agrees_with_scipy(shape: str) -> None:
    rng = np.random.default_rng(3)
    values = {
        "normal": rng.normal(5, 2, 5000),
        "skewed": rng.gamma(2, 3, 5000),
        "two humps": np.concatenate([rng.normal(-4, 1, 2000), rng.normal(4, 0.5, 3000)]),
        "far tail": rng.standard_t(3, 5000),
    }[shape]
    grid, found = density(values)
    exact = gaussian_kde(values, bw_method=bandwidth(values) / values.std(ddof=1))(grid)
    assert np.abs(found - exact).max() < 1e-4 * exact.max()
    assert np.trapezoid(found, grid) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("values", [np.array([]), np.array([3.0]), np.full(500, 3.0), np.full(500, 1e12)])
def test_no_density_without_spread(values: np.ndarray) -> None:
    grid, found = density(values)
    assert len(grid) == len(found) == 0


def test_bandwidth_survives_a_column_of_ties() -> None:
    values = np.array([1.0] * 900 + [5.0] * 100)
    assert bandwidth(values) == pytest.approx(0.9 * values.std(ddof=1) * 1000**-0.2)
