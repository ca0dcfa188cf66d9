"""The comments of a case file steer, and leave no trace in the manifest."""

from pathlib import Path
from typing import Final

import pytest

from tests.generators.casefile import read

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


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "ELB101-anything.yaml"
    file.write_text(text)
    return file


def test_the_manifest_has_neither_comments_nor_marks(tmp_path: Path) -> None:
    assert [d.manifest for d in read(written(tmp_path, UPDATE))] == [
        "spec:\n  type: ClusterIP\n",
        "spec:\n  type: LoadBalancer # of another kind\n",
    ]


def test_marks_are_counted_in_the_manifest(tmp_path: Path) -> None:
    assert read(written(tmp_path, UPDATE))[1].marks == {1: ("ELB101", "ELB102")}


def test_what_follows_a_before_has_its_facts_and_carries_it(tmp_path: Path) -> None:
    old, new = read(written(tmp_path, UPDATE))

    assert new.settings == {"cluster_version": "v1.28.15-r0", "cluster_type": "turbo", "strict_names": True}
    assert old.settings == new.settings
    assert new.before == old.manifest
    assert new.service.old is not None


def test_says_where_each_document_begins(tmp_path: Path) -> None:
    file = written(tmp_path, UPDATE)

    assert [file.read_text().splitlines()[d.line - 1] for d in read(file)] == [
        "# before: as it was",
        "# after deny: as it became",
    ]


def test_a_document_without_a_verdict_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"ELB101-anything\.yaml:7: no comment says what must happen"):
        read(written(tmp_path, UPDATE.replace("# after deny: as it became\n", "")))
