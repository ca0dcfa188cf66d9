"""One name, one meaning: no two modules or packages of the product share a name, nor do two classes."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
FOLDERS: Final = (ROOT / "app" / "elbguard", ROOT / "rules" / "elbguard_rules")

# Names that several modules or packages have, each with the reason why nobody takes one for the other.
SHARED: Final = {
    "check": "the verb of the command; in the language of rules what a rule asks, which the verb does not import",
    "cluster": "the package of the program asks a cluster, that of the library says what a kind of cluster rules out",
    "port_ranges": "the annotation, and its rules about two things at once",
    "session_affinity": "the annotations, and the field of spec with that name",
    "policy": "an operator's policy in the library; the package is what Kubernetes calls a policy",
}


def sources() -> list[Path]:
    """The modules of the product."""
    return [path for folder in FOLDERS for path in sorted(folder.rglob("*.py"))]


def name_of(module: Path) -> str:
    """What a module is imported as: a package by its folder."""
    return module.parent.name if module.stem == "__init__" else module.stem


def classes(module: Path) -> Iterator[str]:
    """The classes that a module declares at its top."""
    body = ast.parse(module.read_text(encoding="utf-8")).body
    yield from (node.name for node in body if isinstance(node, ast.ClassDef))


def shared(named: list[tuple[str, Path]]) -> dict[str, list[str]]:
    """The names that occur more than once, each with the modules that have them."""
    found: dict[str, list[str]] = {}
    for name, path in named:
        found.setdefault(name, []).append(str(path.relative_to(ROOT)))
    return {name: paths for name, paths in found.items() if len(paths) > 1}


def test_no_two_modules_share_a_name_but_for_a_reason() -> None:
    found = shared([(name_of(path), path) for path in sources() if path.stem != "__main__"])

    assert {name: paths for name, paths in found.items() if name not in SHARED} == {}
    assert SHARED.keys() <= found.keys(), "this reason is not needed any more"


def test_no_two_classes_share_a_name() -> None:
    assert shared([(name, path) for path in sources() for name in classes(path)]) == {}
