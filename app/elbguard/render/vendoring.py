"""Charts that a chart depends on, put into a copy of it: helm would write them into the folder that is checked."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Final

from elbguard.render.charts import SUBCHARTS, HelmChart
from elbguard.render.programs import CannotBuild, Runner
from elbguard.report.sentences import shortened

_NOT_COPIED: Final = shutil.ignore_patterns(".git")


@contextmanager
def whole(chart: HelmChart, helm: str, runner: Runner) -> Iterator[str]:
    """The folder of a chart with all that it depends on: its own, or a copy that is gone afterwards.

    What lies in the same tree (`file://`) is taken from there, the rest only with `allow_remote`. Raises CannotBuild.
    """
    wanted = chart.wanted()
    remote = [name for name, folder in wanted if folder is None]
    if remote and not runner.allow_remote:
        names = ", ".join(shortened(name, 60) for name in remote)
        raise CannotBuild(
            f"cannot be built: the chart depends on {names}, which is not in its folder {SUBCHARTS}/:"
            " run `helm dependency build` there, or --allow-remote has it fetched into a copy"
        )
    if not wanted:
        yield chart.folder
        return
    with TemporaryDirectory(prefix="elbguard-") as root:
        copy = _copied(chart, root, [folder for _, folder in wanted if folder])
        runner.output([helm, "dependency", "build", copy])
        yield copy


def _copied(chart: HelmChart, root: str, folders: list[str]) -> str:
    """A copy of a chart below a root, with links so that the folders lie where they do for the chart itself."""
    copy = root + os.path.abspath(chart.folder)
    try:
        shutil.copytree(chart.folder, copy, symlinks=True, ignore=_NOT_COPIED)  # a link may lead anywhere
        for folder in folders:
            link = root + folder
            if not os.path.lexists(link):
                os.makedirs(os.path.dirname(link), exist_ok=True)
                os.symlink(folder, link)
    except (OSError, shutil.Error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "a file cannot be copied"
        raise CannotBuild(
            f"cannot be built: no copy of the chart could be made for its dependencies: {reason}"
        ) from None
    return copy
