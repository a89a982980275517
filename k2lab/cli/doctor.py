"""``k2lab doctor``: what works here, and the mend for what does not."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import click

from k2lab.errors import K2Error


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was tried: whether it works, what was seen, and the mend."""

    name: str
    works: bool
    seen: str
    mend: str = ""
    needed: bool = True


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--base-url", metavar="URL", help="Address of an OpenAI-compatible server.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(as_json: bool, base_url: str | None) -> int:
    """Try what k2lab needs: packages, a kernel, a figure, fonts, disk, a model; exit code 0 if all of it works."""
    findings = []
    for finding in examine(base_url):
        findings.append(finding)
        if not as_json:
            mark = "✓" if finding.works else "✗" if finding.needed else "–"
            click.echo(f"{mark} {finding.name}: {finding.seen}")
            if finding.mend and not finding.works:
                click.echo(f"    {finding.mend}")
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    return 0 if all(finding.works or not finding.needed for finding in findings) else 2


def examine(base_url: str | None = None) -> Iterator[Finding]:
    """Try one thing after another."""
    for look in (_packages, _kernel, _fonts, _disk):
        yield look()
    yield _model(base_url)


def _packages() -> Finding:
    missing = []
    for line in requires("k2lab") or []:
        name = line.split(";")[0].split(">")[0].split("=")[0].split("<")[0].strip()
        if "extra ==" in line:
            continue
        try:
            version(name)
        except PackageNotFoundError:
            missing.append(name)
    seen = f"missing: {', '.join(missing)}" if missing else f"k2lab {version('k2lab')}, all installed"
    return Finding(name="packages", works=not missing, seen=seen, mend=f"pip install {' '.join(missing)}")


def _kernel() -> Finding:
    from k2lab.cells.kernel import KernelRunner

    mend = "Reinstall ipykernel in this environment: pip install --force-reinstall ipykernel"
    with tempfile.TemporaryDirectory(prefix="k2lab-") as folder:
        try:
            with KernelRunner(Path(folder)) as kernel:
                result = kernel.run("import matplotlib.pyplot as plt\nplt.plot([1, 2]);", timeout=60)
        except (K2Error, OSError, RuntimeError) as fault:
            return Finding(name="kernel", works=False, seen=" ".join(str(fault).split()), mend=mend)
    drawn = any("image/png" in output.get("data", {}) for output in result.outputs)
    seen = (
        f"starts, runs a cell and draws a figure ({result.seconds:.1f} s)"
        if drawn
        else f"a cell ended as {result.status}, without a figure"
    )
    return Finding(name="kernel", works=drawn, seen=seen, mend=mend)


def _fonts() -> Finding:
    from k2lab.plots.fonts import CHINESE, families

    found = next((name for name in families() if name in CHINESE), None)
    return Finding(
        name="Chinese font",
        works=found is not None,
        seen=found or "none: Chinese labels in figures would be boxes",
        mend="On Debian or Ubuntu: apt install fonts-noto-cjk",
        needed=False,
    )


def _disk() -> Finding:
    free = shutil.disk_usage(Path.cwd()).free / 2**30
    return Finding(
        name="disk",
        works=free > 0.2,
        seen=f"{free:.1f} GiB free here",
        mend="Make room, or write elsewhere with --out DIR.",
    )


def _model(base_url: str | None) -> Finding:
    from k2lab.session.providers import models, reader
    from k2lab.settings import OFFLINE, read_settings

    try:
        settings = read_settings(base_url=base_url)
        if settings.api_key is None and not settings.own_server:
            mend = "Set MOONSHOT_API_KEY, or K2LAB_BASE_URL for a server of your own."
            return Finding(
                name="model",
                works=False,
                seen="no key: the offline analyst answers (rules, no language model)",
                mend=mend,
                needed=False,
            )
        names = [name for name in models(settings) if name != OFFLINE]
    except K2Error as fault:
        return Finding(name="model", works=False, seen=fault.what, mend=fault.mend)
    return Finding(name="model", works=True, seen=f"{reader(settings)} ({len(names)} models at {settings.base_url})")
