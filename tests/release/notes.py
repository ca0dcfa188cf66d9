"""Notes: what the changelog says of a version."""

import re
from pathlib import Path

from tests.release.refused import Refused

_UNRELEASED = "Unreleased"


def notes(root: Path, version: str) -> str:
    """The section of CHANGELOG.md about a version, as Markdown.

    Raises Refused where there is none, or an empty one, or where something stands under Unreleased still.
    """
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    said = _section(text, version)
    if not said:
        raise Refused(
            f"CHANGELOG.md has no section of version {version}: write ## {version} above what is new in it, "
            f"in the place of ## {_UNRELEASED}."
        )
    if _section(text, _UNRELEASED):
        raise Refused(f"CHANGELOG.md has changes under ## {_UNRELEASED}: move them into the section of {version}.")
    return f"# elbguard {version}\n\n{said}\n"


def _section(text: str, title: str) -> str:
    match = re.search(rf"^## \[?{re.escape(title)}\]?(?: .*)?\n((?:(?!## ).*\n)*)", text, re.MULTILINE)
    return match[1].strip() if match else ""
