"""Comments of case files: what must happen to a document, in which clusters, and how it is written."""

import re
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import yaml

_IDS: Final = r"ELB\d{3}(?:[ ,]+ELB\d{3})*"
_VERDICT: Final = re.compile(rf"#\s*((?:after )?(?:deny|warn|admit)|skip|patch|becomes|before)(?:\s+({_IDS}))?:\s*(.+)")
_GATE: Final = re.compile(rf"#\s*gate\s+(ELB\d{{3}}):\s*(v[\w.-]+(?:,\s*v[\w.-]+)*)(?:,\s*then\s+({_IDS}))?\s*")
_FACTS: Final = re.compile(r"#\s*(cluster|policy|beside):\s*(\{.*\}|\[.*\])\s*")
_CHANGE: Final = re.compile(r"#\s*change:\s*(?:nothing\s*)?")
_PLACE: Final = re.compile(rf"#\s*({_IDS})\s+at\s+(\S+)\s*")
MARK: Final = re.compile(rf"[ \t]*#\s*({_IDS})\s*$")
SECOND: Final = ("becomes", "after deny", "after warn", "after admit")
_KNOWN: Final = "a verdict, cluster, policy, beside, gate, change, or ELBnnn at a path"


class Gate(NamedTuple):
    """A gate as a comment gives it: its rule, its releases, and the rules that warn of the same from there on."""

    rule: str
    releases: tuple[str, ...]
    then: tuple[str, ...]


@dataclass
class Comments:
    """What the comments of one document say."""

    verdict: str = ""
    about: tuple[str, ...] = ()
    title: str = ""
    clusters: tuple[dict[str, Any], ...] = ()
    policy: dict[str, Any] = field(default_factory=dict)
    beside: tuple[dict[str, Any], ...] = ()
    gate: Gate | None = None
    is_change: bool = False
    places: list[tuple[str, str]] = field(default_factory=list)


def comments(part: str) -> Comments:
    """What the comments of a document say. Raises ValueError for one that no case file has."""
    said = Comments()
    for line in filter(lambda line: line.startswith("#"), part.splitlines()):
        if match := _VERDICT.fullmatch(line):
            said.verdict, said.about, said.title = match[1], ids_in(match[2] or ""), match[3].strip()
        elif match := _FACTS.fullmatch(line):
            value = yaml.safe_load(match[2])
            if match[1] == "policy":
                said.policy = value
                continue
            listed = tuple(value) if isinstance(value, list) else (value,)
            if match[1] == "beside":
                said.beside = listed
            else:
                said.clusters = listed
        elif match := _GATE.fullmatch(line):
            said.gate = Gate(match[1], tuple(re.split(r",\s*", match[2])), ids_in(match[3] or ""))
        elif match := _PLACE.fullmatch(line):
            said.places.append((match[1], match[2]))
        elif _CHANGE.fullmatch(line):
            said.is_change = True
        else:
            raise ValueError(f"no comment of a case file: {line} (there are: {_KNOWN})")
    return said


def assert_complete(said: Comments, *, above: str, whole: str) -> None:
    """Raise ValueError where what is said does not go together, or needs a document that is not there."""
    is_second = said.verdict in SECOND
    if not said.verdict:
        raise ValueError("no comment says what must happen")
    if said.gate and said.verdict not in ("deny", "warn", "before"):
        raise ValueError("a gate says deny or warn: what happens in the release before each that it lists")
    if is_second and (said.clusters or said.policy or said.beside):
        raise ValueError(f"{said.verdict} is tried in the clusters of the document before it, and names none itself")
    if not (above if is_second else whole or not said.is_change):
        raise ValueError("there is no manifest before this document that it belongs to")


def ids_in(text: str) -> tuple[str, ...]:
    """The ids of rules in a text, in its order."""
    return tuple(re.findall(r"ELB\d{3}", text))
