"""`python -m tests.release`: make in dist/ what is handed out of the commit that is checked out."""

import hashlib
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

from tests.release import archives, bill, commit, dockerfile, notes, packages, versions
from tests.release.refused import Refused

ROOT: Final = Path(__file__).parents[2]
SUMS: Final = "SHA256SUMS"


def release(root: Path, dist: Path) -> tuple[str, ...]:
    """Make everything of the commit checked out in `root`, in place of what is in `dist`; what was left out, and why.

    Raises Refused, with nothing in `dist` touched, where no release can be made.
    """
    checked_out = commit.checked_out(root)
    with tempfile.TemporaryDirectory() as folder:
        source = checked_out.export(Path(folder) / "source")
        out = Path(folder) / "out"
        out.mkdir()
        version = versions.assert_one(source)
        said = notes.notes(source, version)
        for tag in (f"v{version}", version):
            commit.assert_tag_is_ours(checked_out, tag)
        (out / f"elbguard-{version}-notes.md").write_text(said, encoding="utf-8")
        (out / f"elbguard-{version}-image-context.tar").write_bytes(
            archives.tar(archives.in_folder(source, *dockerfile.context(source)), checked_out.made)
        )
        (out / f"elbguard-{version}.cdx.json").write_text(bill.bill(checked_out, source, version), encoding="utf-8")
        missing = packages.chart_package(source, out, checked_out.made)
        packages.python_packages(source, out, checked_out.made)
        sums = (f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in sorted(out.iterdir()))
        (out / SUMS).write_text("".join(sums), encoding="utf-8")
        shutil.rmtree(dist, ignore_errors=True)
        shutil.copytree(out, dist)
    return (missing,) if missing else ()


def main() -> None:
    """Make a release, or say in one sentence why not, and exit 1."""
    dist = ROOT / "dist"
    try:
        left_out = release(ROOT, dist)
    except Refused as error:
        sys.exit(f"No release is made. {error}")
    for file in sorted(dist.iterdir()):
        print(f"{file.stat().st_size:>10}  dist/{file.name}")
    for sentence in left_out:
        print(f"Left out: {sentence}")
    print(f"Next: git tag --annotate v{versions.version_of(ROOT)}, then CONTRIBUTING.md, Release, step 4.")


if __name__ == "__main__":
    main()
