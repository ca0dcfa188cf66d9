"""Where things are: the repository, the commands of this environment, and an environment without settings of ours."""

import os
import sys
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).parents[2]
BIN: Final = Path(sys.executable).parent


def environment(**more: str) -> dict[str, str]:
    """An environment with this project's commands on the PATH and none of its settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ELBGUARD_", "GIT_"))}
    return {**kept, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", **more}


def loaded(file: Path) -> Any:
    """A YAML file."""
    return yaml.safe_load(file.read_text(encoding="utf-8"))
