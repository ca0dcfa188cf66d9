"""Configurations of Terraform: files that are not read as manifests, and a word about those with Services."""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from elbguard.check.unbuilt import TERRAFORM
from elbguard.report.model import Note, Resource, Why

_SERVICE: Final = re.compile(r"\bkubernetes_service(?:_v1)?\b|kubernetes\.io/elb\.")
_ANNOTATION: Final = "kubernetes.io/elb."
_LARGEST: Final = 1024 * 1024  # bytes that are looked at


def noted(paths: Sequence[str]) -> Iterator[Note]:
    """A note for each folder with Services for load balancers in its configurations: the first one of them."""
    folders: dict[str, list[tuple[str, int, bool]]] = {}
    for path in sorted(paths):
        if found := _first(path):
            folders.setdefault(os.path.dirname(path), []).append((path, *found))
    for found_in in folders.values():
        path, line, _ = found_in[0]
        why = Why.RENDER if any(annotated for _, _, annotated in found_in) else Why.SEEN
        yield Note(why, TERRAFORM, Path(path).as_posix(), line, 1, Resource("", "", ""))


def _first(path: str) -> tuple[int, bool] | None:
    """The line of the first Service or annotation in a file, and whether there is an annotation; None if neither."""
    try:
        with open(path, "rb") as file:
            text = file.read(_LARGEST).decode("utf-8", "replace")
    except OSError:
        return None
    found = _SERVICE.search(text)
    return (text.count("\n", 0, found.start()) + 1, _ANNOTATION in text) if found else None
