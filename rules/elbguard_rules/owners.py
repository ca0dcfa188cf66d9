"""Owners: whose key is whose. The annotations that are judged, each by its key."""

from typing import Any, Final

from elbguard_rules import annotations
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.discover import declared_in

ANNOTATIONS: Final[tuple[Annotation[Any], ...]] = declared_in(annotations, Annotation)
OWNERS: Final = {owner.key: owner for owner in ANNOTATIONS}
