"""nbclient on an event loop of its own: sockets and interrupts that other tests left behind share the common one."""

from __future__ import annotations

import asyncio
from typing import Any


def execute(client: Any) -> Any:
    """Execute the notebook of an nbclient client, and return it."""
    return asyncio.run(client.async_execute())
