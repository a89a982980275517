"""Start the server by hand, for example to try ``k2lab ask ... --base-url http://127.0.0.1:8099/v1 -m kimi-k2.6``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from k2lab.provider.offline import OfflineAnalyst
from tests.servers.brain import backed_by
from tests.servers.faults import FAULTS
from tests.servers.k2 import K2Server, Said
from tests.servers.replies import Streamed


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.servers", description=main.__doc__)
    parser.add_argument("--port", type=int, default=8099)
    parser.add_argument("--key", default="", help="the only key that is accepted")
    parser.add_argument("--models", default="kimi-k2.6,kimi-k3", help="what is offered, with commas between")
    parser.add_argument("--pace", type=float, default=0.01, help="seconds between events")
    parser.add_argument("--fault", metavar="NAME", help="spoil replies: one of --faults")
    parser.add_argument("--from", type=int, default=1, dest="first", help="the first reply that is spoilt")
    parser.add_argument("--to", type=int, default=10**9, dest="last", help="the last one")
    parser.add_argument("--faults", action="store_true", help="list the faults")
    parser.add_argument("--strict", action="store_true", help="refuse what Moonshot refuses")
    given = parser.parse_args()
    if given.faults:
        print("\n".join(FAULTS))
        return
    if given.fault and given.fault not in FAULTS:
        parser.error(f"no fault {given.fault!r}; see --faults")
    script = spoilt(backed_by(OfflineAnalyst()), given.fault, given.first, given.last)
    models = tuple(given.models.split(","))
    with K2Server(
        script, forever=True, key=given.key, pace=given.pace, port=given.port, models=models, strict=given.strict
    ) as server:
        print(f"{server.url}  and  {server.anthropic_url}  (interrupt to stop)", flush=True)
        try:
            while True:
                server.wait(3600)
        except KeyboardInterrupt:
            print(f"{len(server.requests)} requests")


def spoilt(
    think: Callable[[dict[str, Any]], Said], fault: str | None, first: int, last: int
) -> Callable[[dict[str, Any]], Said]:
    """Return a script entry that spoils some of the replies with a fault."""
    count = 0

    def reply(request: dict[str, Any]) -> Said:
        nonlocal count
        count += 1
        said = think(request)
        assert isinstance(said, Streamed)
        return FAULTS[fault].say(said.message) if fault and first <= count <= last else said

    return reply


if __name__ == "__main__":
    main()
