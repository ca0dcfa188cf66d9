"""Words: what the site's pages say between the texts of the rules: english.py and chinese.py have them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Labels and headings; `{...}` in them is put in by the page."""

    colon: str
    guides: str
    playground: str
    reference: str
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
    beside: str
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
    cloud_names: dict[str, str]
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
