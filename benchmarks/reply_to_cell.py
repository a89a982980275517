"""How long it takes from the last byte of a reply to the cell starting: ``python benchmarks/reply_to_cell.py``.

Measured over a real loopback connection, without the model and the cell; the goal is a median under 30 ms and a p95
under 60 ms.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from k2lab.agent.limits import Limits
from k2lab.cells.result import CellResult
from k2lab.guard.judge import judge
from k2lab.provider.server import ServerProvider
from tests.fakes import FakeRunner, finishes, play, runs
from tests.servers.k2 import K2Server
from tests.servers.replies import Streamed

CODE = (
    "from k2lab import plots, stats\nframe = df.assign(pay=df.pay / 1000)\nstats.compare(frame, y='pay', x='level')\n"
)
STEPS = 60


class Timed(Streamed):
    """A reply that notes when its last event is taken to be written."""

    last: list[float] = []  # noqa: RUF012

    def events(self, model: str) -> list[bytes]:
        return Ending(super().events(model))


class Ending(list):
    def __iter__(self):
        for place in range(len(self)):
            if place == len(self) - 1:
                Timed.last.append(time.perf_counter())
            yield self[place]


class Runner(FakeRunner):
    def __init__(self) -> None:
        super().__init__()
        self.began: list[float] = []

    def run(self, code: str, *, timeout: float) -> CellResult:
        self.began.append(time.perf_counter())
        return super().run(code, timeout=timeout)


def main() -> None:
    runner = Runner()
    script = [Timed(message=runs(f"{CODE}{number}" * 4, text="I look.")) for number in range(STEPS)]
    with K2Server(*script, finishes()) as server:
        provider = ServerProvider(model="kimi-k2.6", base_url=server.url)
        play(provider=provider, runner=runner, judge=judge, limits=Limits(steps=STEPS + 1))
    waits = [(began - last) * 1000 for last, began in zip(Timed.last, runner.began, strict=False)]
    high = statistics.quantiles(waits, n=20)[-1]
    print(f"{len(waits)} cells: median {statistics.median(waits):.1f} ms, p95 {high:.1f} ms, worst {max(waits):.1f} ms")


if __name__ == "__main__":
    main()
