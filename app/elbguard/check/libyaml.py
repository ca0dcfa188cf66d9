"""What is taken of PyYAML's extension module; importing this fails where PyYAML has none."""

from typing import Any

from yaml._yaml import CParser
from yaml.cyaml import CBaseLoader as EventLoader
from yaml.cyaml import CSafeLoader as DataLoader

__all__ = ["Composer", "DataLoader", "EventLoader"]


class Composer(CParser):
    """libyaml's composer without tags: what a plain scalar stands for is read from its text."""

    def resolve(self, kind: type, value: Any, implicit: Any) -> str:
        """Give no tag."""
        return ""

    def descend_resolver(self, node: Any, index: Any) -> None:
        """Do nothing: nothing is resolved by its path."""

    def ascend_resolver(self) -> None:
        """As above."""
