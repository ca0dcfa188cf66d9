"""The parser of YAML: libyaml, and where that is not to be had, as in a browser, PyYAML's own with libyaml's ways."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, Final

import yaml

HAS_LIBYAML: Final = find_spec("yaml._yaml") is not None  # PyYAML's extension module
if HAS_LIBYAML:
    from elbguard.check import libyaml
else:
    from elbguard.check.pure_yaml import PureLoader


def events(text: str) -> Callable[[], Any]:
    """Gives the next event of a text's YAML each time it is called, None after the last; may raise yaml.YAMLError.

    The places of events do not count byte order marks that open the text.
    """
    loader: Any = libyaml.EventLoader(text) if HAS_LIBYAML else PureLoader(text)
    found: Callable[[], Any] = loader.get_event
    return found


def composer(text: str) -> Any:
    """What composes the nodes of a text, one document after the other; None where that would not be quick."""
    return libyaml.Composer(text) if HAS_LIBYAML else None


def data(text: str) -> Any:
    """The data of a text's only document. Raises yaml.YAMLError, ValueError or RecursionError."""
    loader: Any = libyaml.DataLoader if HAS_LIBYAML else yaml.SafeLoader
    return yaml.load(text, loader)  # noqa: S506 - both are safe loaders
