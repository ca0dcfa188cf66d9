"""The catalogue: what is known about CCE's load balancers, in our words, each fact with its source.

A fact names the rules that hold Services to it, or says why none does; tests demand one of the two, and that every rule
stands on a fact. The rules themselves never look here.
"""

from typing import Final

from elbguard_rules.catalogue.backends import BACKENDS, BOOKKEEPING, SEVERAL
from elbguard_rules.catalogue.balancing import CHECKING, SPREADING
from elbguard_rules.catalogue.fact import Key
from elbguard_rules.catalogue.listeners import LISTS, PROTOCOLS, TRAFFIC
from elbguard_rules.catalogue.load_balancer import ADDRESS, CREATE, WHICH

SUBJECTS: Final = (
    WHICH,
    CREATE,
    ADDRESS,
    SPREADING,
    CHECKING,
    PROTOCOLS,
    TRAFFIC,
    LISTS,
    BACKENDS,
    SEVERAL,
    BOOKKEEPING,
)
KEYS: Final[dict[str, Key]] = {key.key: key for subject in SUBJECTS for key in subject.keys}

# The rules that are about no single fact, and what they are about.
GENERAL: Final[dict[str, str]] = {
    "ELB901": "Kubernetes: an annotation is a string.",
    "ELB902": "Every JSON object: CCE ignores members that it does not know.",
    "ELB903": "Every key: CCE ignores keys that it does not know.",
    "ELB907": "Every gate: of a line between two listed ones no document says anything.",
    "ELB908": "Every key and value: what Open Telekom Cloud's own documents do not know.",
    "ELB920": "Every Service: what none that works has is not looked into.",
    "ELB921": "Every text: a tool has yet to put something in the place of a variable.",
    "ELB909": "Every JSON object: CCE does not tell capitals apart in the names of members.",
    "ELB951": "YAML: the keys of a mapping are unique.",
    "ELB952": "YAML: the keys of a mapping are unique.",
    "ELB991": "Our own annotation, elbguard.io/ignore.",
    "ELB992": "Our own annotation, elbguard.io/ignore.",
    "ELB993": "Our own annotation, elbguard.io/ignore.",
    "ELB994": "Our own annotation, elbguard.io/ignore.",
}
