"""The composition root: the only place that builds the parts and ties them together."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from k2lab.errors import K2Error, UsageError
from k2lab.locale import language_of, use_language
from k2lab.settings import OFFLINE, Settings, read_settings

if TYPE_CHECKING:
    from k2lab.agent.events import Event
    from k2lab.agent.run import Run
    from k2lab.cells.runner import CellRunner
    from k2lab.conversation.messages import Message
    from k2lab.guard.verdict import Approver
    from k2lab.provider.base import Provider
    from k2lab.schema.model import FrameSchema

AskUser = Callable[[str], str | None]
