"""``python -m k2lab``: the command line."""

from __future__ import annotations

from k2lab.cli.main import main

if __name__ == "__main__":
    main()
