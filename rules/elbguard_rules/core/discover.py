"""Discover: what the modules of a package declare, so that nobody has to list it anywhere."""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")


def declared_in(package: ModuleType, kind: type[T]) -> tuple[T, ...]:
    """The values of one type that the package's modules declare, by module name and then in the order written."""
    found: dict[int, T] = {}
    for module in sorted(iter_modules(package.__path__), key=lambda m: m.name):
        names = vars(import_module(f"{package.__name__}.{module.name}"))
        found.update({id(value): value for value in names.values() if isinstance(value, kind)})
    return tuple(found.values())
