"""Large figures beside findings: only of estimates that the sentence quotes."""

from __future__ import annotations

from k2lab.report.estimates import claimed


def test_digits_that_merely_look_alike_give_no_large_figure():
    tiny = {
        "value": 0.0002,
        "low": 0.0001,
        "high": 0.0004,
        "unit": "",
        "n": 900,
        "level": 0.95,
        "label": "partial eta²",
    }

    assert claimed(
        "SE is not 0, but whether beyond ±5.0% is not settled; EX is not 0, 0 of 3.", [{"estimates": [tiny]}]
    ) == ("", "")
