"""The Dockerfile as it is written: its stages, and what they copy from the build context."""

import re
from pathlib import Path

Stage = list[tuple[str, str]]


def stages(root: Path) -> list[Stage]:
    """The instructions and their values, by stage."""
    text = re.sub(r"^\s*#.*\n", "", (root / "Dockerfile").read_text(encoding="utf-8"), flags=re.M)
    found: list[Stage] = []
    for line in filter(str.strip, re.sub(r"\\\n\s*", "", text).splitlines()):
        instruction, _, value = line.partition(" ")
        if instruction == "FROM":
            found.append([])
        found[-1].append((instruction, value))
    return found


def values(stage: Stage, instruction: str) -> list[str]:
    """What stands behind each of these instructions."""
    return [value for name, value in stage if name == instruction]


def copies(root: Path) -> list[tuple[tuple[str, ...], str]]:
    """What is copied from the context, in order: the sources, and where to."""
    found = [value.split() for stage in stages(root) for value in values(stage, "COPY")]
    return [(tuple(words[:-1]), words[-1]) for words in found if not words[0].startswith("--from=")]


def context(root: Path) -> tuple[str, ...]:
    """The names that a builder needs: the Dockerfile and what it copies."""
    return ("Dockerfile", *(source for sources, _ in copies(root) for source in sources))
