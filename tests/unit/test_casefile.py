"""The comments of a case file steer, and leave no trace in the manifest; changes become whole manifests."""

from pathlib import Path
from typing import Final

import pytest

from tests.generators.casefile import Document, loaded, read

UPDATE: Final = """\
# before: as it was
# cluster: {version: v1.28.15-r0, type: turbo}
# policy: {strict-names: true}
spec:
  type: ClusterIP
---
# after deny: as it became
spec: # ELB101, ELB102
  type: LoadBalancer # of another kind
"""

WHOLE: Final = """\
# deny: the whole manifest
metadata:
  annotations:
    kubernetes.io/elb.id: elb-306e # ELB104
    kubernetes.io/elb.class: union
spec:
  type: LoadBalancer
  selector: {app: web}
"""


def written(tmp_path: Path, *texts: str) -> Path:
    file = tmp_path / "elb.anything.yaml"
    file.write_text("---\n".join(texts))
    return file


def changed(tmp_path: Path, *changes: str) -> list[Document]:
    return read(written(tmp_path, WHOLE, *(f"# admit ELB104: another one\n{change}\n" for change in changes)))[1:]


def test_the_manifest_has_neither_comments_nor_marks(tmp_path: Path) -> None:
    assert [d.manifest for d in read(written(tmp_path, UPDATE))] == [
        "spec:\n  type: ClusterIP\n",
        "spec:\n  type: LoadBalancer # of another kind\n",
    ]


def test_marks_are_counted_in_the_manifest_and_say_what_it_is_about(tmp_path: Path) -> None:
    new = read(written(tmp_path, UPDATE))[1]

    assert new.marks == {1: ("ELB101", "ELB102")}
    assert new.about == ("ELB101", "ELB102")


def test_the_verdict_says_what_a_document_is_about_where_marks_say_more(tmp_path: Path) -> None:
    assert read(written(tmp_path, UPDATE.replace("after deny:", "after deny ELB102:")))[1].about == ("ELB102",)


def test_what_follows_a_before_has_its_facts_and_carries_it(tmp_path: Path) -> None:
    old, new = read(written(tmp_path, UPDATE))

    assert new.settings == {"cluster_version": "v1.28.15-r0", "cluster_type": "turbo", "strict_names": True}
    assert old.settings == new.settings
    assert new.before == old.manifest
    assert new.service.old is not None


def test_several_updates_may_follow_one_before(tmp_path: Path) -> None:
    old, deny, admit = read(written(tmp_path, UPDATE, "# after admit ELB101: nothing changes\n# change: nothing\n"))

    assert (deny.before, admit.before) == (old.manifest, old.manifest)
    assert admit.manifest == old.manifest


def test_a_document_is_tried_in_each_of_its_clusters(tmp_path: Path) -> None:
    several = UPDATE.replace("{version: v1.28.15-r0, type: turbo}", "[{version: v1.27.1-r0}, {type: turbo}]")

    assert [(d.verdict, d.facts["cluster"]) for d in read(written(tmp_path, several))] == [
        ("before", {"version": "v1.27.1-r0"}),
        ("after deny", {"version": "v1.27.1-r0"}),
        ("before", {"type": "turbo"}),
        ("after deny", {"type": "turbo"}),
    ]


def test_a_change_replaces_adds_and_removes_and_leaves_the_rest_as_it_is_written(tmp_path: Path) -> None:
    change = """\
# change:
elb.id: 5083f225-9bf8-48fa-9c8b-67bd9693c4c0 # ELB111
elb.class: null
example.com/owner: "shop"
spec.ports:
  - port: 80
spec.selector: {app: shop}
status.loadBalancer: {}"""
    [found] = changed(tmp_path, change)

    assert (
        found.manifest
        == """\
metadata:
  annotations:
    kubernetes.io/elb.id: 5083f225-9bf8-48fa-9c8b-67bd9693c4c0
    example.com/owner: "shop"
spec:
  type: LoadBalancer
  selector: {app: shop}
  ports:
    - port: 80
status:
  loadBalancer: {}
"""
    )
    assert found.marks == {3: ("ELB111",)}


def test_changes_are_of_the_last_whole_manifest_and_not_of_each_other(tmp_path: Path) -> None:
    one, other = changed(tmp_path, "# change:\nelb.class: null", "# change:\nelb.id: null")

    assert loaded(one.manifest)["metadata"]["annotations"] == {"kubernetes.io/elb.id": "elb-306e"}
    assert loaded(other.manifest)["metadata"]["annotations"] == {"kubernetes.io/elb.class": "union"}


def test_marks_are_not_taken_over_but_given_at_a_path(tmp_path: Path) -> None:
    plain, marked = changed(
        tmp_path, "# change: nothing", "# ELB110, ELB104 at metadata.annotations\n# change: nothing"
    )

    assert plain.marks == {}
    assert marked.marks == {2: ("ELB110", "ELB104")}


def test_a_gate_is_tried_in_each_release_and_in_the_one_before(tmp_path: Path) -> None:
    gate = "# gate ELB104: v1.23.14-r10, v1.25.9-r0\n# cluster: {type: turbo}\n"

    assert [(d.verdict, d.facts["cluster"], d.marks) for d in read(written(tmp_path, gate + WHOLE))] == [
        ("deny", {"type": "turbo", "version": "v1.23.14-r9"}, {3: ("ELB104",)}),
        ("admit", {"type": "turbo", "version": "v1.23.14-r10"}, {}),
        ("deny", {"type": "turbo", "version": "v1.25.8"}, {3: ("ELB104",)}),
        ("admit", {"type": "turbo", "version": "v1.25.9-r0"}, {}),
    ]


def test_before_a_whole_line_comes_the_line_below_it(tmp_path: Path) -> None:
    found = read(written(tmp_path, "# gate ELB104: v1.21, then ELB503\n" + WHOLE))

    assert [(d.verdict, d.facts["cluster"]["version"]) for d in found] == [
        ("deny", "v1.19.99"),
        ("warn", "v1.21.0-r0"),
    ]
    assert found[1].marks == {3: ("ELB503",)}


def test_a_gate_on_updates_admits_the_same_update(tmp_path: Path) -> None:
    gate = "# gate ELB101: v1.30.1-r0\n"

    assert [d.verdict for d in read(written(tmp_path, gate + UPDATE))] == [
        "before",
        "after deny",
        "before",
        "after admit",
    ]


def test_says_where_each_document_begins(tmp_path: Path) -> None:
    file = written(tmp_path, UPDATE)

    assert [file.read_text().splitlines()[d.line - 1] for d in read(file)] == [
        "# before: as it was",
        "# after deny: as it became",
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("# change: nothing", "no comment says what must happen"),
        ("# admit: x\n# clutser: {}\n# change: nothing", "no comment of a case file: # clutser"),
        ("# admit: x\n# change:\nelb.ip: null", "has no elb.ip"),
        ("# admit: x\n# change:\nelb.id: null # ELB110", "elb.id is removed"),
        ("# admit: x\n# change:\nspec.selector.app: shop", "spec.selector is no mapping with a line for each key"),
        ("# admit: x\n# ELB110 at spec.ports\n# change: nothing", "ports is missing"),
        ("# admit: x\n# gate ELB104: v1.21\n# change: nothing", "a gate says deny or warn"),
        ("# becomes: x\n# cluster: {type: turbo}\n# change: nothing", "names none itself"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=rf"elb\.anything\.yaml:10: .*{complaint}"):
        read(written(tmp_path, WHOLE, text + "\n"))


def test_a_change_without_a_manifest_above_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="there is no manifest before this document"):
        read(written(tmp_path, "# admit: x\n# change: nothing\n"))
