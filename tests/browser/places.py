"""Files that JupyterLab reads: settings and notebooks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_notebook


def write_json(settings: Path, plugin: str, values: dict[str, Any]) -> None:
    """Write a person's settings of a plugin."""
    path = settings / f"{plugin}.jupyterlab-settings"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(values), "utf-8")


def write_notebook(path: Path, *sources: str, **metadata: Any) -> None:
    """Write a notebook of code cells, with ids cell-0, cell-1..., and with metadata of its own."""
    cells = [new_code_cell(source, id=f"cell-{number}") for number, source in enumerate(sources)]
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel, **metadata}), path)
