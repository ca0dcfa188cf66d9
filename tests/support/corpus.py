"""The real manifests and the verdict that a careful reading gives each of them."""

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.support.places import ROOT

FOLDER = Path(os.environ.get("ELBGUARD_CORPUS") or ROOT.parent / "shared" / "corpus")


@dataclass(frozen=True)
class Entry:
    """One manifest: its file name, the expected verdict and the operation that it shows."""

    file: str
    expected: str
    operation: str

    def service(self) -> dict[str, Any]:
        """Read the manifest without what belongs to one live cluster: v1.20 refuses nothing else in the corpus."""
        service: dict[str, Any] = yaml.load((FOLDER / self.file).read_text(encoding="utf-8"), yaml.CSafeLoader)
        service["metadata"].pop("namespace", None)  # it does not exist here
        # Live objects carry an address and node ports, which another Service of the tests may hold by now.
        for key in ("clusterIP", "clusterIPs"):
            service["spec"].pop(key, None)
        for port in service["spec"]["ports"]:
            if port.get("nodePort"):
                del port["nodePort"]
        return service


@cache
def read_corpus() -> list[Entry]:
    """Return every entry of the index, none when the folder is absent."""
    index = FOLDER / "index.yaml"
    if not index.is_file():
        return []
    rows = yaml.load(index.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return [Entry(row["file"], row["expected"], row.get("admission_operation", "CREATE")) for row in rows]
