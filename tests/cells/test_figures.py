from __future__ import annotations

from k2lab.cells.figures import in_words


def test_panels_groups_and_marks_are_named_within_bounds():
    axis = {"title": "P", "x": {"label": "a", "categories": [str(n) for n in range(50)], "scale": "category"},
            "y": {"label": "", "low": 0, "high": 0.51234}, "groups": [{"name": f"g{n}"} for n in range(40)],
            "marks": {"points": 12, "r": None}}  # fmt: skip
    words = in_words({"kind": "scatter", "axes": [axis, axis]})

    assert words.startswith('scatter; panel 1 "P" (x: a with 0, 1, 2')
    assert "y: no label from 0 to 0.5123" in words
    assert "and 16 more" in words
    assert "marks: points 12" in words
    assert 'panel 2 "P"' in words


def test_odd_digests_are_told_as_far_as_they_go():
    assert in_words({}) == "figure"
    assert in_words({"axes": [None, {"x": None, "groups": [None]}], "title": "t"}) == 'figure "t"'


def test_the_digest_of_a_real_figure_reads_well():
    import matplotlib.pyplot as plt

    from k2lab.plots.digest import digest

    fig, ax = plt.subplots()
    ax.plot([1, 2], [10, 100], label="line")
    ax.set(title="T", xlabel="x name", ylabel="y name", yscale="log")
    ax.legend()
    words = in_words(digest(fig))
    plt.close(fig)

    assert '"T"' in words
    assert "x: x name" in words
    assert "log scale" in words
    assert "line" in words
