"""What kubectl prints, compared exactly with a text file of the folder golden/."""

import os
import re
from pathlib import Path

from .cluster import Result

FOLDER = Path(__file__).parent / "golden"
GENERATED = re.compile(r"\bgenerated-[a-z0-9]{5}\b")
UPDATE = "ELBGUARD_UPDATE_GOLDEN"


def check_golden(name: str, command: str, result: Result, namespace: str) -> None:
    """Compare what `command` printed with golden/NAME.txt, or rewrite the file when ELBGUARD_UPDATE_GOLDEN=1."""
    path = FOLDER / f"{name}.txt"
    seen = render(command, result, namespace)
    if os.environ.get(UPDATE) == "1":
        path.parent.mkdir(exist_ok=True)
        path.write_text(seen, encoding="utf-8")
        return
    assert path.is_file(), f"golden/{path.name} is missing: run again with {UPDATE}=1, then read it.\n{seen}"
    assert seen == path.read_text(encoding="utf-8")


def render(command: str, result: Result, namespace: str) -> str:
    """Write one run of kubectl down as text, without the names that differ from run to run."""
    parts = [f"$ kubectl {command}\n"]
    for title, text in (("stdout", result.stdout), ("stderr", result.stderr)):
        if text:
            parts.append(f"--- {title}\n{text}")
    parts.append(f"--- exit code {result.code}\n")
    text = "".join(parts).replace(namespace, "NAMESPACE")
    return GENERATED.sub("generated-XXXXX", text)
