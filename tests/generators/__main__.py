"""`python -m tests.generators`: write what is made from the rules; with --check only say what is stale, and exit 1."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from elbguard.policy.admission_policy import policy
from elbguard.schemas import SERVICE, described, file_name
from elbguard.settings import Settings
from tests.generators import (
    beta,
    catalogue,
    chart,
    examples,
    jsonschemas,
    reference,
    serviceschema,
    settingsschema,
    sweep,
)

ROOT = Path(__file__).parents[2]
FILES: Final[dict[str, Callable[[Path], str]]] = {
    "rules/README.md": reference.render,
    "rules/elbguard_rules/catalogue/README.md": catalogue.render,
    "rules/elbguard_rules/examples.json": examples.render,
    **{f"{jsonschemas.FOLDER}/{file_name(owner)}": partial(jsonschemas.render, owner) for owner in described()},
    f"{jsonschemas.FOLDER}/{SERVICE}": serviceschema.render,
    settingsschema.FILE: settingsschema.render,
    "manifests/policy/policy.yaml": lambda root: policy(Settings()),
    f"{beta.FOLDER}/elbguard.yaml": beta.render,
    f"{chart.FOLDER}/match-conditions.yaml": chart.match_conditions,
    f"{chart.FOLDER}/alerts.yaml": chart.alerts,
    f"{chart.FOLDER}/policy.yaml": chart.standard_policy,
    "tests/cases/SWEEP.md": sweep.render,
}


def stale(root: Path = ROOT) -> dict[str, str]:
    """The files that are not what the rules make of them, with the text they should have."""
    texts = {name: render(root) for name, render in FILES.items()}
    found = {name: root / name for name in texts}
    return {
        name: text
        for name, text in texts.items()
        if not found[name].is_file() or found[name].read_text(encoding="utf-8") != text
    }


def main() -> None:
    """Write the stale files, or with --check name them."""
    old = stale()
    for name, text in old.items():
        if "--check" not in sys.argv[1:]:
            (ROOT / name).parent.mkdir(exist_ok=True)
            (ROOT / name).write_text(text, encoding="utf-8")
        print(name)
    sys.exit(bool(old) and "--check" in sys.argv[1:])


if __name__ == "__main__":
    main()
