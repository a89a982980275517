"""The error tree: who reads an error decides where it stands.

::

    K2Error                     read by the person: one line, and the mend
    ├── UsageError              exit code 2: the call, the settings or the files are wrong
    │   ├── SettingsError       a setting has a value that cannot be used
    │   ├── InputError          a data file cannot be read, or holds nothing to analyse
    │   └── OutputError         the results cannot be written
    ├── ProviderError           exit code 3: the model could not be reached, or refused
    │   ├── KeyMissing          no key where one is needed
    │   ├── KeyRejected         the server does not know the key
    │   ├── ModelUnknown        the server does not have the model
    │   ├── ServerUnreachable   no connection, or the connection broke
    │   ├── RateLimited         too many requests, or the server is overloaded
    │   ├── QuotaExhausted      the account has no money left; never retried
    │   ├── RequestRefused      the server refused what was sent
    │   └── ReplyUnusable       the reply could not be read or mended
    └── KernelDied              exit code 4: the process that runs the cells is gone

    ToolFailed                  read by the model: becomes the text of a tool result

Anything else is our own fault, and crashes.
"""

from __future__ import annotations


class K2Error(Exception):
    """Something the person can mend.

    Parameters
    ----------
    what : str
        What is wrong, as one sentence.
    mend : str, optional
        What to do about it, as one sentence.

    Examples
    --------
    >>> print(K2Error("No frame is called 'dg'.", "Frames here: df."))
    No frame is called 'dg'. Frames here: df.
    """

    exit_code = 4

    def __init__(self, what: str, mend: str = "") -> None:
        # One line, whatever a file name or a server put into it.
        self.what = " ".join(what.split())
        self.mend = " ".join(mend.split())
        space = "" if self.what.endswith(("。", "”", "？")) else " "  # Chinese has none between sentences
        super().__init__(f"{self.what}{space}{self.mend}".strip())

    def _render_traceback_(self) -> list[str]:
        """Tell IPython to show the one line instead of a traceback."""
        return [f"k2lab: {self}"]


class UsageError(K2Error):
    """The call, the settings or the files are wrong (exit code 2)."""

    exit_code = 2


class SettingsError(UsageError):
    """A setting has a value that cannot be used."""


class InputError(UsageError):
    """A data file cannot be read, or holds nothing to analyse."""


class OutputError(UsageError):
    """The results cannot be written."""


class ProviderError(K2Error):
    """The model could not be reached, or refused (exit code 3)."""

    exit_code = 3


class KeyMissing(ProviderError):
    """No key where one is needed."""


class KeyRejected(ProviderError):
    """The server does not know the key."""


class ModelUnknown(ProviderError):
    """The server does not have the model."""


class ServerUnreachable(ProviderError):
    """No connection, or the connection broke."""


class RateLimited(ProviderError):
    """Too many requests, or the server is overloaded."""


class QuotaExhausted(ProviderError):
    """The account has no money left; never retried."""


class RequestRefused(ProviderError):
    """The server refused what was sent."""


class ReplyUnusable(ProviderError):
    """The reply could not be read or mended."""


class KernelDied(K2Error):
    """The process that runs the cells is gone (exit code 4)."""


class ToolFailed(Exception):
    """A tool call that cannot be done; its text is what the model is told."""
