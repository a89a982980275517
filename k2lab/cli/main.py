"""The entry point: commands, and how an error reaches the person."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import Any

import click

from k2lab import __version__
from k2lab.errors import K2Error

_COMMANDS = {
    "ask": "Answer a question about tables in files.",
    "demo": "Answer the headline question on generated data; no key needed.",
    "report": "Make a report of a notebook.",
    "context": "Show what would be sent for files: text, tokens, price; no call.",
    "models": "List the models that can be asked.",
    "doctor": "Say what works here, and the mend for what does not.",
    "completion": "Print the shell's tab completion.",
}


class _Commands(click.Group):
    """Loads a command's module only when it is called: `k2lab --help` stays instant."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"k2lab.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="k2lab")
def cli() -> None:
    """Ask questions about tables; get the analysis as a notebook and a report.

    Without a key the embedded offline analyst answers: rules, no language model.
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code.

    Exit codes: 0 answered, 2 bad usage or unreadable input, 3 the model could not be reached or refused, 4 ended
    without an answer, 130 interrupted.
    """
    sys.exit(_exit_code(sys.argv[1:] if arguments is None else arguments))


def _exit_code(arguments: list[str]) -> int:
    try:
        code = cli.main(args=arguments, prog_name="k2lab", standalone_mode=False)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.UsageError as fault:
        hint = f" See {fault.ctx.command_path} --help." if fault.ctx else ""
        return _say(fault.format_message() + hint, 2, arguments)
    except click.ClickException as fault:
        return _say(fault.format_message(), 2, arguments)
    except K2Error as fault:
        return _say(str(fault), fault.exit_code, arguments)
    except (KeyboardInterrupt, click.Abort):
        return _say("Interrupted.", 130, arguments)
    except BrokenPipeError:  # the reader of our output left, as `| head` does
        return 0
    return code if isinstance(code, int) else 0


def _say(line: str, code: int, arguments: list[str]) -> int:
    if "--json" in arguments:
        print(json.dumps({"status": "error", "error": line, "exit_code": code}, ensure_ascii=False))
    print(f"k2lab: {' '.join(line.split())}", file=sys.stderr)
    return code


def model_names(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Complete model names without asking a server."""
    from k2lab.session.providers import known_models

    return [name for name in known_models() if name.startswith(incomplete)]


def engine_options(command: Any) -> Any:
    """Add the options that say where the frames are kept."""
    from k2lab.schema.engine import NAMES

    made = [
        click.option(
            "--engine",
            type=click.Choice(NAMES),
            help="What holds the tables (default: auto: pandas, and DuckDB for large Parquet files).",
        ),
        click.option("--scheduler", metavar="ADDRESS", help="Of a Dask cluster, such as tcp://HOST:8786."),
        click.option("--master", metavar="URL", help="Of a Spark cluster, such as spark://HOST:7077 or local[4]."),
    ]
    for option in reversed(made):
        command = option(command)
    return command


def _styles(context: Any, parameter: Any, incomplete: str) -> list[str]:
    from k2lab.agent.style import STYLES

    return [style for style in STYLES if style.startswith(incomplete)]


style_option = click.option(
    "--style",
    metavar="STYLE",
    shell_complete=_styles,
    help="How the text reads: plain, executive, academic, or any description in quotes (a model is needed for that).",
)


def settings_options(command: Any) -> Any:
    """Add the options that are settings of a run."""
    made = [
        click.option(
            "-m",
            "--model",
            shell_complete=model_names,
            help="A model's name, or 'offline' (rule-based, no language model).",
        ),
        click.option("--base-url", metavar="URL", help="Address of an OpenAI-compatible server."),
        click.option(
            "--privacy",
            type=click.Choice(["schema", "summary", "sample"]),
            help="What of a table is sent (default: schema).",
        ),
        click.option(
            "--approve",
            type=click.Choice(["auto", "ask", "never"]),
            help="Cells that need a look: run, ask (default), never.",
        ),
        click.option("--max-steps", metavar="N", help="Most steps of the run."),
        click.option("--timeout", metavar="SECONDS", help="Longest that one cell may run."),
        click.option("--budget", metavar="AMOUNT", help="Most money that the run may cost."),
        click.option(
            "--lang", type=click.Choice(["auto", "en", "zh"]), help="Language of the answer (default: the question's)."
        ),
        style_option,
    ]
    for option in reversed(made):
        command = option(command)
    return command
