"""kubernetes.io/elb.tags: tags of a load balancer to create."""

from collections.abc import Iterator
from typing import Any, Final

from elbguard_rules.annotations.autocreate import AUTOCREATE
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.check import rule
from elbguard_rules.core.fact import Subject, Tier, fact
from elbguard_rules.core.facts import Cluster, since
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.limits import crowded
from elbguard_rules.core.problem import MOST_ENTRIES, Problem, Severity, duplicate, forbidden, invalid, required
from elbguard_rules.core.reader import Owner, Reader
from elbguard_rules.core.reading import Reading
from elbguard_rules.core.record import record
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.service import Service
from elbguard_rules.documents import ADVANCED, CREATING, INGRESS_PAGES

_MOST: Final = 19  # tags of a user
_FORMAT: Final = Rule(
    "ELB116",
    "malformed-tags",
    "Tags are written as key=value, with commas between them.",
    CREATING.quote("elb.tags: key1=value1,key2=value2"),
    "Write key1=value1,key2=value2.",
)


@record
class Tag:
    """One tag: its position in the text, its key and its value, which may be empty."""

    position: int
    key: str
    value: str


@record
class Tags:
    """The tags in the order written."""

    entries: tuple[Tag, ...] = ()

    def __iter__(self) -> Iterator[Tag]:
        return iter(self.entries)


class _TagsReader(Reader[Tags]):
    """Reads key=value with commas between them."""

    several = "commas"

    def read(self, text: str, owner: Owner) -> Reading:
        """The tags."""
        if (count := text.count(",") + 1) > MOST_ENTRIES:
            return Reading(None, ((owner.rule, crowded(owner.at(), count)),))
        tags: list[Tag] = []
        problems: list[tuple[Rule, Problem]] = []
        for index, part in enumerate(text.split(",")):
            key, sign, value = part.partition("=")
            where = owner.at(index)
            if not part.strip():
                detail = "a tag is empty: must be key=value, with one comma between two"
                problems.append((owner.rule, required(where, detail)))
            elif not sign:
                problems.append((owner.rule, invalid(where, part, "must be key=value: the equals sign is missing")))
            elif not key.strip():
                problems.append((owner.rule, invalid(where, part, "must be key=value: the key is empty")))
            else:
                tags.append(Tag(index, key, value))
        return Reading(None if problems else Tags(tuple(tags)), tuple(problems))

    def schema(self) -> dict[str, Any]:
        """`pattern`."""
        tag = r"\s*[^,=\s][^,=]*=[^,]*"
        return {"type": "string", "pattern": f"^{tag}(,{tag})*$"}


TAGS: Final[Annotation[Tags]] = Annotation(
    "kubernetes.io/elb.tags",
    _TagsReader(),
    _FORMAT,
    purpose="tags of a load balancer to create",
    about=Subject.CREATE,
    tier=Tier.DOCUMENTED,
    gates=(
        introduced(
            "ELB119",
            "tags-on-old-cluster",
            ADVANCED.quote("v1.23.11-r0, v1.25.6-r0, v1.27.3-r0, and other clusters of later versions"),
            since("v1.23.11-r0", "v1.25.6-r0", "v1.27.3-r0"),
            what="Tags can be given",
            fix="Leave the annotation out and add the tags on the ELB console, or upgrade the cluster.",
        ),
    ),
    facts=(
        fact("Tags are key=value pairs with commas between them.", ADVANCED, "ELB116"),
        fact("Tags are attached when a load balancer is created.", ADVANCED, "ELB118"),
        fact("A load balancer has 20 tags at most, one of which is CCE's.", INGRESS_PAGES, "ELB120"),
        fact("A tag's key stands there once.", ADVANCED, "ELB117"),
    ),
)


@rule(
    "ELB117",
    "tag-given-twice",
    "The key of a tag is given once.",
    CREATING.quote("elb.tags: key1=value1,key2=value2", "Each example has every key once."),
    TAGS,
    fix="Remove one of the two, or use another key.",
    why="no document says which of the values the load balancer gets.",
    severity=Severity.WARNING,
)
def a_tag_is_given_once(service: Service, cluster: Cluster) -> Iterator[Problem]:
    seen: set[str] = set()
    for tag in service[TAGS] or ():
        if tag.key in seen:
            yield duplicate(TAGS.at(tag.position), f"{tag.key}={tag.value}", f"the key {tag.key} has a value already")
        seen.add(tag.key)


@rule(
    "ELB120",
    "too-many-tags",
    "A load balancer has at most 20 tags, of which CCE adds one itself.",
    INGRESS_PAGES.quote("A maximum of 20 tags can be added", "Said on the page of Ingresses: so a warning."),
    TAGS,
    fix="Leave tags out until there are 19.",
    severity=Severity.WARNING,
)
def tags_are_few(service: Service, cluster: Cluster) -> Iterator[Problem]:
    count = len((service[TAGS] or Tags()).entries)
    if count > _MOST:
        yield invalid(TAGS.where, count, f"a load balancer has 20 tags at most, and CCE adds one: {_MOST} are yours")


@rule(
    "ELB118",
    "tags-without-autocreate",
    "Tags are given to a load balancer when it is created; an existing one keeps its own.",
    ADVANCED.quote("Tags are added to a load balancer that is automatically created"),
    TAGS,
    fix="Leave the annotation out, and edit the tags of the existing load balancer on the ELB console.",
    severity=Severity.WARNING,
)
def tags_are_given_when_created(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if service.is_new and TAGS in service and AUTOCREATE not in service:
        yield forbidden(TAGS.where, "has no effect without kubernetes.io/elb.autocreate")
