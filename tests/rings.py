"""Keyrings for tests, of the `keyring` package's own kind: one in a file, and one that is locked."""

from __future__ import annotations

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.compat.properties import classproperty
from keyring.errors import KeyringLocked, PasswordDeleteError


@classproperty
def _priority(cls: type) -> int:
    """Refuse to be found by `keyring` itself, which takes the best of all classes that there are."""
    if "TEST_RING" not in os.environ:
        raise RuntimeError("only for tests that ask for it")
    return 1


class FileRing(KeyringBackend):
    """Keeps passwords in the file that ``TEST_RING`` names, so that another process finds them."""

    priority = _priority

    def get_password(self, service: str, username: str) -> str | None:
        return self._kept().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._file.write_text(json.dumps({**self._kept(), f"{service}/{username}": password}))

    def delete_password(self, service: str, username: str) -> None:
        kept = self._kept()
        if kept.pop(f"{service}/{username}", None) is None:
            raise PasswordDeleteError("there is none")
        self._file.write_text(json.dumps(kept))

    @property
    def _file(self) -> Path:
        return Path(os.environ["TEST_RING"])

    def _kept(self) -> dict[str, str]:
        return json.loads(self._file.read_text()) if self._file.exists() else {}


class LockedRing(KeyringBackend):
    """Opens for nobody."""

    priority = _priority

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("locked")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked("locked")

    def delete_password(self, service: str, username: str) -> None:
        raise KeyringLocked("locked")
