"""`python -m app.generate`: write what is made from the rules; with --check only say what is stale, and exit 1."""

import sys
from pathlib import Path

from app.generate import examples, reference

ROOT = Path(__file__).parent.parent.parent
FILES = {"rules/README.md": reference.render, "rules/examples.json": examples.render}


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
            (ROOT / name).write_text(text, encoding="utf-8")
        print(name)
    sys.exit(bool(old) and "--check" in sys.argv[1:])


if __name__ == "__main__":
    main()
