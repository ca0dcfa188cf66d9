"""Every document that rules quote is in one table, with an address that is known or none, in words for strangers."""

import json
import re
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest

from elbguard.explain import in_words
from elbguard.explain.explain_command import FORMATS, explain
from elbguard.explain.subject import names
from elbguard_rules.catalogue import KEYS
from elbguard_rules.catalogue.differences import DIFFERENCES
from elbguard_rules.core.rule import Document
from elbguard_rules.documents import DOCUMENTS
from elbguard_rules.guard import RULES
from tests.support.places import ROOT
from tests.support.trying import each_of

HOSTS: Final = {"support.huaweicloud.com", "docs.otc.t-systems.com", "github.com", "kubernetes.io", "yaml.org"}
GENERATED: Final = sorted(path for path in (ROOT / "rules").rglob("*") if path.suffix in (".md", ".json"))

# The pages that the collected facts name.
PAGES: Final = re.findall(
    r"\S+",
    """
    cce_10_0058 cce_10_0355 cce_10_0385 cce_10_0681 cce_10_0682 cce_10_0683 cce_10_0684 cce_10_0685 cce_10_0695
    cce_10_0729 cce_10_0831 cce_10_0841 cce_10_0842 cce_10_0843 cce_10_0865 cce_10_0916 cce_10_0924 cce_10_0929
    cce_10_1021 cce_10_1022 cce_10_1026 cce_10_1100 cce_10_1107 cce_10_11011 cce_10_1180 cce_10_1199
    cce_bestpractice_00231 cce_bulletin_0033
""",
)

# What only those understand who made this; C-SEED-... is the name of a contradiction, as the facts have it.
INSIDERS: Final = re.compile(r"(?i)elbguard began|family of cce|(?<!C-)\bseed\b|\bin OTC\b|\bOTC CCE\b|\bS0\d\d of\b")


def tables(text: str) -> str:
    """A text without what is quoted from manifests and from documents."""
    return re.sub(r"“[^”]*”", "", text)


@each_of(DOCUMENTS)
def test_an_address_is_one_of_a_known_site_and_names_the_page(document: Document) -> None:
    assert bool(document.nearest) == bool(document.nearness)
    assert not (document.address and document.nearest)
    for address in filter(None, (document.address, document.nearest)):
        parts = urlsplit(address)
        assert (parts.scheme, parts.netloc in HOSTS, parts.query, parts.fragment) == ("https", True, "", "")
        assert re.fullmatch(r"/[\w./-]+", parts.path)
        if parts.netloc == "support.huaweicloud.com" and document.number:
            assert parts.path.endswith(f"/{document.number}.html")


def test_a_document_stands_in_the_table_once() -> None:
    assert len({document.title for document in DOCUMENTS}) == len(DOCUMENTS)
    assert all(isinstance(document, Document) and document.title for document in DOCUMENTS)


@each_of(PAGES)
def test_each_page_that_facts_name_is_in_the_table(page: str) -> None:
    assert page in {document.number for document in DOCUMENTS}


def test_what_is_quoted_is_in_the_table() -> None:
    quoted = {rule.source.document for rule in RULES.values()}
    quoted |= {fact.source.document for key in KEYS.values() for fact in key.facts}
    quoted |= {source.document for difference in DIFFERENCES.values() for source in difference.sources}

    assert quoted <= set(DOCUMENTS)


@pytest.mark.parametrize("format_", FORMATS)
def test_explain_gives_the_address_of_the_page(format_: str) -> None:
    for rule in RULES.values():
        assert rule.source.document.link in explain(rule.id, format_)


@pytest.mark.parametrize("format_", FORMATS)
def test_an_annotation_gives_the_documents_of_all_that_is_known_of_it(format_: str) -> None:
    judged = [key for key in KEYS.values() if in_words.owner_of(key.key)]

    assert judged
    for key in judged:
        text = " ".join(explain(key.key, format_).split())
        assert [f.source.document.link for f in key.facts if f.source.document.link not in text] == []
        assert [f.source.document.title for f in key.facts if f.source.document.title not in text] == []


def test_the_json_tells_number_edition_and_address() -> None:
    source = json.loads(explain("ELB834", "json"))["source"]

    assert source["number"] == "cce_10_0866"
    assert source["edition"] == "edition of 2025-11-06"
    assert source["address"] == "https://support.huaweicloud.com/intl/en-us/usermanual-cce/cce_10_0866.html"


def test_a_near_page_is_not_told_as_the_page_itself() -> None:
    assert "in Huawei Cloud's edition:\n" in explain("ELB531")
    assert json.loads(explain("ELB531", "json"))["source"]["address"] == ""


@each_of(GENERATED)
def test_what_is_generated_is_in_words_that_strangers_understand(path: Path) -> None:
    assert INSIDERS.findall(tables(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("format_", FORMATS)
def test_what_is_explained_is_in_words_that_strangers_understand(format_: str) -> None:
    subjects = {name for name, _ in names()} | {in_words.short(key) for key in in_words.known_keys()}
    found = {name: INSIDERS.findall(tables(explain(name, format_))) for name in sorted(subjects)}

    assert {name: phrases for name, phrases in found.items() if phrases} == {}
    assert INSIDERS.findall(explain(None, format_)) == []
