"""Start the server by hand, for example to try ``k2lab ask ... --base-url http://127.0.0.1:8099/v1 -m kimi-k2.6``."""

from __future__ import annotations

import argparse
from typing import Any

from tests.fakes import finishes, runs, says
from tests.servers.brain import backed_by
from tests.servers.k2 import K2Server
from tests.servers.replies import FAULTS, Streamed


def main() -> None:
    """Serve until interrupted."""
    shapes = {
        "cut": {"cut": 0.5},
        "stall": {"stall": 3600.0},
        "leak": {"leak": "content"},
        "no-usage": {"usage": "none"},
    }
    parser = argparse.ArgumentParser(prog="python -m tests.servers", description=main.__doc__)
    parser.add_argument("--port", type=int, default=8099)
    parser.add_argument("--key", default="", help="the only key that is accepted")
    parser.add_argument("--pace", type=float, default=0.01, help="seconds between events")
    parser.add_argument("--fault", choices=[*FAULTS, *shapes], help="answer every request with this fault")
    parser.add_argument("--brain", choices=["script", "offline"], default="offline", help="who thinks of the replies")
    given = parser.parse_args()
    shape: dict[str, Any] = shapes.get(given.fault, {})
    script: list[Any]
    if given.fault in FAULTS:
        script = [FAULTS[given.fault]]
    elif given.brain == "offline":
        from k2lab.provider.offline import OfflineAnalyst

        script = [backed_by(OfflineAnalyst(), **shape)]
    else:
        replies = [runs("import sys\nprint(sys.version)", text="I look first."), finishes("It runs."), says("Done.")]
        script = [Streamed(message=reply, **shape) for reply in replies]
    models = ("kimi-k2.6", "kimi-k3")
    with K2Server(*script, forever=True, key=given.key, pace=given.pace, port=given.port, models=models) as server:
        print(f"{server.url}  (interrupt to stop)", flush=True)
        try:
            while True:
                server.wait(3600)
        except KeyboardInterrupt:
            print(f"{len(server.requests)} requests")


if __name__ == "__main__":
    main()
