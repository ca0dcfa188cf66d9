"""What `elbguard check` costs: many files against PyYAML's C loader alone, and one file from a cold start."""

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Final

from tests.bench.results import Row, Table

_FILES: Final = 2000
_ROUNDS: Final = 5
_SERVICE: Final = """\
apiVersion: v1
kind: Service
metadata:
  name: web-{number}
  namespace: shop
  labels:
    app: web
  annotations:
    kubernetes.io/elb.class: performance
    kubernetes.io/elb.autocreate: '{{"type": "public", "bandwidth_name": "cce-bandwidth-{number}", "bandwidth_size": 5,
      "bandwidth_chargemode": "traffic", "bandwidth_sharetype": "PER", "eip_type": "5_bgp",
      "available_zone": ["zone-a"], "l4_flavor_name": "L4_flavor.elb.s1.small"}}'
    kubernetes.io/elb.lb-algorithm: ROUND_ROBIN
spec:
  type: LoadBalancer
  selector:
    app: web
  ports:
  - name: http
    port: 80
    protocol: TCP
    targetPort: 8080
"""
_LOAD: Final = (
    "import pathlib, sys, yaml\n"
    "for path in pathlib.Path(sys.argv[1]).iterdir(): yaml.load(path.read_text(), Loader=yaml.CSafeLoader)"
)


def measure() -> Table:
    """Processor seconds with their ratio, and those of one file from a cold start."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as compiled:
        for number in range(_FILES):
            Path(folder, f"{number}.yaml").write_text(_SERVICE.format(number=number))
        parser = [sys.executable, "-c", _LOAD, folder]
        check = [sys.executable, "-m", "elbguard", "check", folder]
        single = [sys.executable, "-m", "elbguard", "check", f"{folder}/0.yaml"]
        nothing = [sys.executable, "-c", ""]
        found: dict[str, list[float]] = {}
        _processor_seconds(check, Path(compiled))
        for _ in range(_ROUNDS):
            for name, command in (("load", parser), ("check", check), ("one", single), ("python", nothing)):
                found.setdefault(name, []).append(_processor_seconds(command, Path(compiled)))
    load, checked, one, python = (median(found[name]) for name in ("load", "check", "one", "python"))
    rows = (
        Row(f"PyYAML's C loader alone, {_FILES} files", "1", f"{load:.2f} s"),
        Row(f"elbguard check, {_FILES} files", f"{checked / load:.2f} x PyYAML", f"{checked:.2f} s", "1.5"),
        Row("python -c '', from a cold start", "1", f"{python:.2f} s"),
        Row("elbguard check, one file from a cold start", f"{one / python:.1f} x python", f"{one:.2f} s", "0.25 s"),
    )
    return Table("check", f"seconds of the processor in all processes, median of {_ROUNDS} alternated rounds", rows)


def _processor_seconds(command: list[str], compiled: Path) -> float:
    """Those of a command whose modules are compiled already, wherever this machine keeps such files, or does not."""
    kept = {**os.environ, "PYTHONPYCACHEPREFIX": str(compiled)}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=kept)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
