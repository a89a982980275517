"""Events that are kept for a page that comes back."""

from __future__ import annotations

from k2lab.notebook import journal as module
from k2lab.notebook.journal import Journal


def filled(count: int, *, run: str = "r", size: int = 10, most: int = 1 << 30) -> Journal:
    made = Journal(most_bytes=most)
    made.begin(run, cell="c", question="?", model="m")
    for _ in range(count):
        made.add(run, "text", text="x" * size)
    return made


def test_events_are_numbered_from_one_and_resent_from_where_one_was():
    made = filled(5)

    piece = made.since("r", 4)

    assert [event["seq"] for event in piece["events"]] == [4, 5]
    assert (piece["last"], piece["more"], piece["lost"]) == (5, False, False)
    assert made.since("r", 6)["events"] == []


def test_a_long_run_comes_in_pieces_without_a_gap_or_a_double():
    made = filled(250)
    got: list[int] = []

    while True:
        piece = made.since("r", len(got) + 1)
        got += [event["seq"] for event in piece["events"]]
        if not piece["more"]:
            break

    assert got == list(range(1, 251))
    assert len(made.since("r", 1)["events"]) == module.PIECE_EVENTS


def test_large_events_make_smaller_pieces_but_never_none():
    made = filled(4, size=module.PIECE_BYTES * 2 // 3)

    assert [event["seq"] for event in made.since("r", 1)["events"]] == [1]
    assert made.since("r", 1)["more"] is True


def test_the_oldest_run_goes_when_it_grows_too_large_and_the_running_one_stays():
    made = filled(3, run="old", size=1000, most=5000)
    made.begin("new", cell="c", question="?", model="m")
    for _ in range(9):
        made.add("new", "text", text="x" * 1000)

    assert made.since("old", 1)["lost"] is True
    assert made.since("new", 1)["last"] == 9
    assert [run["run"] for run in made.runs()] == ["new"]


def test_runs_are_counted_also_when_earlier_ones_are_forgotten():
    made = filled(1)
    made.forget("r")

    assert made.begin("s", cell="c", question="?", model="m") == 2
    made.end("s", "answered")
    assert made.runs()[0]["status"] == "answered"
