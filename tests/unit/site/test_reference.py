"""What the site says of rules, annotations and symptoms is what elbguard knows of them."""

import re
from typing import Any

import pytest

from elbguard.explain import gates, in_words, topics
from elbguard.explain.pages import rule_page
from elbguard.languages import purpose_in, rule_in
from elbguard_rules.catalogue import KEYS
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.rule import Rule
from elbguard_rules.guard import ANNOTATIONS, RULES
from tests.site.kubectl import transcript
from tests.site.prose import annotation_file, topic_file
from tests.support.places import ROOT
from tests.unit.site.htmlpages import HtmlPage

Pages = dict[str, HtmlPage]
pytestmark = pytest.mark.thorough


def _text(markdown: str) -> str:
    """A sentence as a page shows it."""
    return " ".join(markdown.replace("`", "").split())


def _page(pages: Pages, owner: Annotation[Any]) -> HtmlPage:
    return pages[f"annotations/{annotation_file(owner.key)}".replace(".md", ".html")]


def test_there_is_a_page_for_every_rule_annotation_and_symptom_and_for_nothing_else(pages: Pages) -> None:
    assert _in("rules", pages) - {"index", "severity"} == set(RULES)
    assert _in("annotations", pages) - {"index"} == {owner.key.rpartition("/")[2] for owner in ANNOTATIONS}
    assert _in("symptoms", pages) - {"index"} == {topic_file(topic).removesuffix(".md") for topic in topics.TOPICS}


def _in(folder: str, pages: Pages) -> set[str]:
    return {name.split("/")[1].removesuffix(".html") for name in pages if name.startswith(f"{folder}/")}


def test_a_rule_is_told_with_its_cure_source_and_switches(pages: Pages) -> None:
    for rule in RULES.values():
        text = pages[f"rules/{rule.id}.html"].text
        told = (rule.id, rule.name, rule.says, rule.fix, rule.why, rule.source.says, str(rule.source.document))
        missing = [each for each in told if _text(each) not in text]
        assert missing == [], rule.id
        assert all(by in text for _, by in rule_page(rule).switches if "reason" not in by), rule.id


def test_a_rules_examples_are_its_cases_and_what_kubectl_prints_names_it(pages: Pages) -> None:
    for rule in RULES.values():
        page, text = rule_page(rule), pages[f"rules/{rule.id}.html"].text
        assert page.denied, rule.id
        assert page.admitted, rule.id
        assert _text(page.denied.manifest) in text, rule.id
        if (page.admitted.manifest, page.admitted.before) != (page.denied.manifest, page.denied.before):
            assert _text(page.admitted.manifest) in text, rule.id
        assert _printed(rule, text), rule.id


def _printed(rule: Rule, text: str) -> bool:
    """Whether what is printed of the refused example names the rule."""
    printed = text.partition("$ kubectl")[2] or text.partition("elbguard check")[2]
    return f"[{rule.id}]" in printed


def test_the_releases_of_a_rule_stand_in_its_table(pages: Pages) -> None:
    with_gates = [rule for rule in RULES.values() if gates.of_rule(rule)]
    assert len(with_gates) > 20
    for rule in with_gates:
        text = pages[f"rules/{rule.id}.html"].text
        rows = gates.table(gates.of_rule(rule)).rows
        assert [row for row in rows if " ".join(row) not in text] == [], rule.id


def test_an_annotation_is_told_with_its_members_rules_clouds_and_documents(pages: Pages) -> None:
    for owner in ANNOTATIONS:
        page = _page(pages, owner)
        told = [owner.key, in_words.value(owner), in_words.AFTER[owner.after_create], *owner.choices]
        told += [member.rule.says for member in owner.members.values()]
        told += [rule.says for rule in owner.rules]
        told += [str(fact.source.document) for fact in KEYS[owner.key].facts]
        assert [each for each in told if _text(each) not in page.text] == [], owner.key
        assert set(owner.members) <= page.ids, owner.key


def test_what_only_one_cloud_documents_is_said_to_be_so(pages: Pages) -> None:
    alone = [owner for owner in ANNOTATIONS if owner.clouds == ("huawei",)]
    assert alone
    for owner in ANNOTATIONS:
        says = "Huawei Cloud" if owner in alone else "Huawei Cloud, Open Telekom Cloud"
        assert f"Documented by {says}" in _page(pages, owner).text, owner.key


def test_a_symptom_is_told_step_by_step(pages: Pages) -> None:
    for topic in topics.TOPICS:
        text = pages[f"symptoms/{topic_file(topic)}".replace(".md", ".html")].text
        told = (topic.says, *(part for step in topic.steps for part in (step.must, step.otherwise)))
        assert [each for each in told if _text(each) not in text] == [], topic.name


def test_the_chinese_pages_say_the_same_in_chinese(pages: Pages) -> None:
    for rule in RULES.values():
        text, told = pages[f"zh/rules/{rule.id}.html"].text, rule_in("zh", rule)
        assert told.says != rule.says, rule.id
        assert [each for each in (told.says, told.fix, told.why) if _text(each) not in text] == [], rule.id
        assert _printed(rule, text), rule.id
    for owner in ANNOTATIONS:
        text = pages[f"zh/annotations/{annotation_file(owner.key)}".replace(".md", ".html")].text
        assert purpose_in("zh", owner.key, owner.purpose).removesuffix("。") in text, owner.key


GOLDEN = {
    "apply-one-fault": ("one-fault", ""),
    "apply-two-faults": ("two-faults", ""),
    "update-apply-server-side": ("one-fault", "good"),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_what_kubectl_is_said_to_print_is_what_it_did_print(name: str) -> None:
    printed = (ROOT / f"tests/e2e/golden/{name}.txt").read_text(encoding="utf-8")
    manifest, before = (_manifest(each) for each in GOLDEN[name])
    found = transcript({"manifest": manifest, "before": before, "cluster": {}, "policy": {}})
    wanted = re.sub(r"^--- .*\n?", "", printed, flags=re.MULTILINE).replace(" --force-conflicts", "")
    assert found.replace("service.yaml", f"{GOLDEN[name][0]}.yaml").split() == wanted.split()


def _manifest(name: str) -> str:
    if not name:
        return ""
    text = (ROOT / f"tests/e2e/manifests/{name}.yaml").read_text(encoding="utf-8")
    return text.replace("metadata:\n", "metadata:\n  namespace: NAMESPACE\n", 1)
