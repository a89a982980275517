"""nbclient in a thread, with an event loop of its own: sockets that an earlier test left behind share the main one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any


def execute(client: Any) -> Any:
    """Execute the notebook of an nbclient client, and return it."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(client.execute).result()
