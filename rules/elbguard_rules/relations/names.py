"""Names in elb.autocreate: what the first edition wanted, lengths, placeholders."""

from collections.abc import Iterator

from pydantic import MISSING

from elbguard_rules.annotations.autocreate import AUTOCREATE
from elbguard_rules.core.check import rule
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.problem import Problem, Severity, invalid
from elbguard_rules.core.service import Service
from elbguard_rules.documents import TABLE_5
from elbguard_rules.vocabulary.made_names import SEED_NAME, is_placeholder, may_hold_placeholder


@rule(
    "ELB227",
    "name-outside-the-first-edition",
    "A name has 1 to 64 lowercase letters, digits and underscores, a letter first and no underscore last.",
    TABLE_5.quote(
        "must start with a lowercase letter and end with a lowercase letter or digit",
        "That document's own examples break it: off unless --strict-names.",
    ),
    AUTOCREATE,
    fix="Use such a name, or do without --strict-names.",
    severity=Severity.OFF,
    covers=("S058", "S060"),
)
def names_as_the_first_edition_wants(service: Service, cluster: Cluster) -> Iterator[Problem]:
    lb = service[AUTOCREATE]
    for name in ("name", "bandwidth_name"):
        value = getattr(lb, name) if lb else MISSING
        if value is not MISSING and not SEED_NAME.fullmatch(value):
            yield invalid(AUTOCREATE.at(name), value, "must be 1 to 64 of a-z, 0-9 and _, a letter first, no _ last")


@rule(
    "ELB228",
    "name-over-64",
    "A load balancer's name has at most 64 characters.",
    TABLE_5.quote("1 to 64 characters", "66 were seen to work."),
    AUTOCREATE.having("name"),
    fix="Use a shorter name.",
    severity=Severity.WARNING,
    covers=("S058",),
)
def a_name_has_64_characters(service: Service, cluster: Cluster) -> Iterator[Problem]:
    lb = service[AUTOCREATE]
    if lb and lb.name is not MISSING and len(lb.name) > 64:
        yield invalid(AUTOCREATE.at("name"), f"{lb.name[:20]}...", f"has {len(lb.name)} characters, 64 are documented")


@rule(
    "ELB229",
    "placeholder",
    "A placeholder of the documents, such as ***** or <your_name>, is replaced by a value.",
    TABLE_5.quote("Name of the load balancer that is automatically created."),
    AUTOCREATE,
    fix="Write the value.",
    severity=Severity.WARNING,
)
def placeholders_are_replaced(service: Service, cluster: Cluster) -> Iterator[Problem]:
    lb = service[AUTOCREATE]
    if not lb or not may_hold_placeholder(service.annotations[AUTOCREATE.key]):
        return
    for name in sorted(lb.model_fields_set):
        value = getattr(lb, name)
        for place, text in [((name,), value)] if isinstance(value, str) else _elements(name, value):
            if is_placeholder(text) or (name == "vip_address" and "*" in text):
                yield invalid(AUTOCREATE.at(*place), text, "is a placeholder: write the value")


def _elements(name: str, value: object) -> list[tuple[tuple[str | int, ...], str]]:
    return [((name, index), text) for index, text in enumerate(value)] if isinstance(value, list) else []
