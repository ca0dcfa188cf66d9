"""Discover: what the modules of a package declare, so that nobody has to list it anywhere."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")


def modules(package: ModuleType) -> Iterator[tuple[str, ModuleType]]:
    """The modules of a package with their names, by name."""
    for name in sorted(found.name for found in iter_modules(package.__path__)):
        yield name, import_module(f"{package.__name__}.{name}")


def declared_in(package: ModuleType, kind: type[T]) -> tuple[T, ...]:
    """The values of one type that the package's modules declare, by module name and then in the order written."""
    found: dict[int, T] = {}
    for _, module in modules(package):
        found.update({id(value): value for value in vars(module).values() if isinstance(value, kind)})
    return tuple(found.values())
