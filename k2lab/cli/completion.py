"""``k2lab completion``: the shell's tab completion."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print tab completion for SHELL.

    Bash and zsh: eval "$(k2lab completion bash)" in the start-up file. Fish: k2lab completion fish | source.
    """
    from k2lab.cli.main import cli

    made = get_completion_class(shell)
    assert made is not None  # the three choices are click's own
    click.echo(made(cli, {}, "k2lab", "_K2LAB_COMPLETE").source())
