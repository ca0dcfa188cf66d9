"""`python -m elbguard.generate`: write what is made from the rules; with --check only say what is stale, and exit 1."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from elbguard.generate import beta, catalogue, examples, policy, reference, schemas

ROOT = Path(__file__).parents[3]
FILES: Final[dict[str, Callable[[Path], str]]] = {
    "rules/README.md": reference.render,
    "rules/elbguard_rules/catalogue/README.md": catalogue.render,
    "rules/elbguard_rules/examples.json": examples.render,
    **{f"{schemas.FOLDER}/{schemas.file_name(o)}": partial(schemas.render, o) for o in schemas.described()},
    f"{policy.FOLDER}/policy.yaml": policy.render,
    f"{beta.FOLDER}/elbguard.yaml": beta.render,
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
