"""Words: what the site's pages say between the texts of the rules, in each language."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Words:
    """Labels and headings; `{...}` in them is put in by the page."""

    home: str
    guides: str
    playground: str
    reference: str
    settings: str
    rules: str
    rules_intro: str
    annotations: str
    annotations_intro: str
    symptoms: str
    symptoms_intro: str
    by_area: str
    by_severity: str
    severities: dict[str, str]
    severity_meanings: dict[str, str]
    rule: str
    name: str
    severity: str
    must: str
    why: str
    fix: str
    refused: str
    warned: str
    admitted: str
    same_with: str
    same_without: str
    before: str
    after: str
    with_flags: str
    kubectl_prints: str
    check_prints: str
    releases: str
    clusters: str
    has_it: str
    circumstances: str
    about: str
    filled_in: str
    kinds: str
    load_balancer: str
    skipped_without: str
    switch: str
    switch_on: str
    everywhere: str
    otherwise: str
    one_place: str
    one_service: str
    reason: str
    source: str
    read_as: str
    value: str
    choices: str
    default: str
    after_creation: str
    known: str
    clouds: str
    needs: str
    needs_dedicated: str
    needs_turbo: str
    needs_listener: str
    members: str
    member: str
    since: str
    rules_about: str
    also: str
    example: str
    documents: str
    what_it_is_for: str
    look: str
    ask: str
    what_it_is: str
    in_terminal: str


ENGLISH: Final = Words(
    home="Home",
    guides="Guides",
    playground="Playground",
    reference="Reference",
    settings="Settings and flags",
    rules="Rules",
    rules_intro=(
        "What elbguard checks on a Service of type LoadBalancer: {count} rules, each a sentence of the vendor's"
        " documents with its source, a refused and an admitted example."
    ),
    annotations="Annotations",
    annotations_intro="The {count} annotations that CCE reads, by what they are about.",
    symptoms="Symptoms",
    symptoms_intro="What clusters and people say when a Service does not work, what it means, and what to look at.",
    by_area="By area",
    by_severity="By severity",
    severities={"error": "error", "warning": "warning", "off": "off"},
    severity_meanings={
        "error": "Refuses the Service. {count} rules.",
        "warning": "Is shown to the author, and refuses nothing. {count} rules.",
        "off": "Says nothing until it is switched on. {count} rules.",
    },
    rule="rule",
    name="name",
    severity="severity",
    must="what must be true",
    why="Why",
    fix="Fix",
    refused="Refused",
    warned="Warned about",
    admitted="Admitted",
    same_with="The same manifest, with `{flags}`.",
    same_without="The same manifest, without `{flags}`.",
    before="The Service before:",
    after="The update:",
    with_flags="In a cluster, or with settings, of `{flags}`.",
    kubectl_prints="What kubectl prints",
    check_prints="What `elbguard check` prints; the cluster never sees it",
    releases="Releases",
    clusters="clusters",
    has_it="has it",
    circumstances="When it speaks",
    about="It is about",
    filled_in="Filled in where absent: `{place}`",
    kinds="In clusters",
    load_balancer="Load balancer",
    skipped_without="Skipped unless known",
    switch="Take it otherwise",
    switch_on="Switch it on",
    everywhere="Off everywhere",
    otherwise="As {severity}",
    one_place="Off in one place, with a reason",
    one_service="Off for one Service",
    reason="the reason",
    source="Source",
    read_as="Read as",
    value="Value",
    choices="Choices",
    default="Filled in where absent",
    after_creation="After creation",
    known="How well it is known",
    clouds="Documented by",
    needs="Needs",
    needs_dedicated="a dedicated load balancer",
    needs_turbo="a CCE Turbo cluster",
    needs_listener="a listener of {protocols}",
    members="Members of its JSON",
    member="member",
    since="clusters",
    rules_about="Rules about it",
    also="Also known",
    example="Example",
    documents="Documents",
    what_it_is_for="what it is for",
    look="What to look at",
    ask="ask for",
    what_it_is="what it is",
    in_terminal="The same in a terminal: `{command}`",
)
