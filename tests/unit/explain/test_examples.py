"""The examples that an installed elbguard shows are true: elbguard says of them what they claim."""

import re
from pathlib import Path

import yaml
from click.testing import CliRunner

from elbguard.cli import elbguard
from elbguard.explain.examples import Example, examples
from elbguard_rules.core.rule import Rule
from elbguard_rules.guard import RULES
from tests.support.trying import THOROUGH, each_of

CREATED = [RULES[id_] for id_, shown in examples().items() if id_ in RULES and not shown.denied.before]
TRIED = CREATED[:: 1 if THOROUGH else 4]


def checked(example: Example, folder: Path) -> str:
    """What `elbguard check` prints about an example, told what the example says it must be told."""
    file = folder / "service.yaml"
    file.write_text(example.manifest)
    done = CliRunner().invoke(elbguard, ["check", str(file), "--format", "json", *example.flags])
    assert done.exit_code in (0, 1), done.output
    return done.stdout


@each_of(RULES.values())
def test_every_rule_has_a_broken_and_an_admitted_manifest(rule: Rule) -> None:
    assert rule.id in examples(), "write its case file, then run `make generate`"
    shown = examples()[rule.id]

    assert shown.denied.verdict in ("denied", "warned")
    assert shown.denied.messages
    assert shown.denied.lines
    assert shown.admitted.verdict == "admitted"
    for manifest in (shown.denied.manifest, shown.admitted.manifest):
        assert all(isinstance(document, dict) for document in yaml.safe_load_all(manifest))
        assert not re.search(r"# *(ELB\d{3}|deny|warn|admit|cluster|policy)", manifest)


@each_of(TRIED)
def test_the_command_finds_the_broken_rule(rule: Rule, tmp_path: Path) -> None:
    said = checked(examples()[rule.id].denied, tmp_path)
    assert f'"{rule.id}"' in said or '"why": "unrendered"' in said  # a placeholder is left unjudged, and said


@each_of(TRIED)
def test_the_command_does_not_find_it_in_the_admitted_manifest(rule: Rule, tmp_path: Path) -> None:
    assert f'"rule": "{rule.id}"' not in checked(examples()[rule.id].admitted, tmp_path)


def test_prefers_an_admitted_manifest_that_says_something() -> None:
    assert "kubernetes.io/elb.class: union" in examples()["ELB101"].admitted.manifest
