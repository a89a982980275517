"""How much of each request a server's prompt cache can reuse, over a whole run of the command line.

Run from the checkout: ``python -m benchmarks.prompt_prefix``. The replies are thought of by the offline analyst behind
the K2-like server of ``tests/servers``; the cells run in a real kernel.
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from k2lab import datasets
from k2lab.provider.offline import OfflineAnalyst
from tests.servers.brain import backed_by
from tests.servers.k2 import K2Server, common

QUESTION = "Does the remote-work ratio affect salary, and does the effect differ by experience level?"


def read(request: dict[str, Any]) -> str:
    """Return a request as a model reads it: tools first, then the messages, open at the end."""
    return json.dumps([request.get("tools"), *request["messages"]], ensure_ascii=False)[:-1]


def main() -> None:
    """Ask once, and print a row for each request but the first."""
    with tempfile.TemporaryDirectory() as folder, K2Server(backed_by(OfflineAnalyst()), forever=True) as server:
        datasets.salaries(6000, seed=3).to_parquet(Path(folder) / "salaries.parquet")
        command = [sys.executable, "-m", "k2lab", "ask", "salaries.parquet", QUESTION, "-m", "kimi-k2.6"]
        subprocess.run([*command, "--base-url", server.url], cwd=folder, env=os.environ, check=True)
        prompts = [read(request) for request in server.requests]
    print("| request | bytes | of the one before, unchanged | of this one, already read |\n|---|---|---|---|")
    reused = total = 0
    for number, (before, after) in enumerate(itertools.pairwise(prompts), 2):
        same, old, new = (len(text.encode()) for text in (common(before, after), before, after))
        reused, total = reused + same, total + new
        print(f"| {number} | {new:,} | {same / old:.2%} | {same / new:.1%} |")
    least = min(len(common(a, b)) / len(a) for a, b in itertools.pairwise(prompts))
    print(f"| all | {total:,} | {least:.2%} at least | {reused / total:.1%} |")


if __name__ == "__main__":
    main()
