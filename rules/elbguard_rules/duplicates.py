"""Keys given twice in a manifest: the API server never sees them, since a parser keeps the last one only.

Some parsers refuse the manifest instead, kubectl's among them where it validates. What is found in the text of a
manifest is handed to the Guard together with the Service, `Guard.review(..., also=...)`.
"""

from typing import Final

from elbguard_rules.core.problem import Problem, Severity, Step, Where, duplicate
from elbguard_rules.core.rule import Rule, Source
from elbguard_rules.core.service import Service
from elbguard_rules.documents import YAML

_SPEC: Final = Source(YAML, "3.2.1.1 Nodes", "with the restriction that each of the keys is unique")
_ANNOTATIONS: Final = ("metadata", "annotations")

ANNOTATION: Final = Rule(
    "ELB951",
    "annotation-given-twice",
    "An annotation is given once.",
    _SPEC,
    "Keep one of them: only the last one counts.",
    why="What the others say is lost without a word, and which one counts depends on who reads the file.",
)
KEY: Final = Rule(
    "ELB952",
    "key-given-twice",
    "A key of a Service is given once.",
    _SPEC,
    "Keep one of them: only the last one counts.",
    Severity.WARNING,
    why="What the others say is lost without a word, and which one counts depends on who reads the file.",
)
RULES: Final = (ANNOTATION, KEY)


def problem(service: Service, path: tuple[Step, ...], line: int) -> tuple[Rule, Problem]:
    """What is wrong with a key of a Service, by the path of its value, that stands on a line before already.

    Annotations of a Service that is not CCE's are keys as any other.
    """
    rule = ANNOTATION if service.is_load_balancer and path[:2] == _ANNOTATIONS else KEY
    return rule, duplicate(Where(path), path[-1], f"it stands on line {line} already, and only the last one counts")
