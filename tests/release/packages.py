"""Packages: the sdist and the wheel, and the chart's package, as their own tools make them and with fixed times."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.release import archives
from tests.release.refused import Refused
from tests.release.versions import CHART

_UMASK: Final = 0o022


def python_packages(source: Path, out: Path, made: int) -> None:
    """Build the sdist of an exported commit, and the wheel out of that, so that the sdist is proved to suffice."""
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(source)]
    _run(command, made)
    [sdist] = out.glob("*.tar.gz")
    sdist.write_bytes(archives.tar_gz(archives.packed(sdist.read_bytes()), made))


def chart_package(source: Path, out: Path, made: int) -> str:
    """Package the chart of an exported commit; why not, in a sentence, where it cannot be done here."""
    if not (source / CHART / "Chart.yaml").is_file():
        return f"There is no chart in {CHART}, so none is packaged."
    helm = shutil.which("helm") or shutil.which("helm", path=os.environ.get("KUBEBUILDER_ASSETS", "/nowhere"))
    if not helm:
        return "helm is neither on the PATH nor in KUBEBUILDER_ASSETS, so the chart is not packaged."
    before = set(out.iterdir())
    _run([helm, "package", str(source / CHART), "--destination", str(out)], made)
    [package] = set(out.iterdir()) - before
    package.write_bytes(archives.tar_gz(archives.packed(package.read_bytes()), made))
    return ""


def _run(command: list[str], made: int) -> None:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    fixed = {"SOURCE_DATE_EPOCH": str(made), "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    done = subprocess.run(command, env=kept | fixed, umask=_UMASK, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f"{Path(command[0]).name} failed:\n{done.stdout}{done.stderr}")
