"""What `elbguard check` costs: many files against PyYAML's C loader alone, and one file from a cold start."""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Final

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


def run() -> None:
    """Print processor seconds with their ratio, and the time of one file from a cold start."""
    with tempfile.TemporaryDirectory() as folder:
        for number in range(_FILES):
            Path(folder, f"{number}.yaml").write_text(_SERVICE.format(number=number))
        parser = [sys.executable, "-c", _LOAD, folder]
        check = [sys.executable, "-m", "elbguard", "check", folder]
        single = [sys.executable, "-m", "elbguard", "check", f"{folder}/0.yaml"]
        loads, checks, starts = [], [], []
        for _ in range(_ROUNDS):
            loads.append(_processor_seconds(parser))
            checks.append(_processor_seconds(check))
            start = time.perf_counter()
            subprocess.run(single, check=True, stdout=subprocess.DEVNULL)
            starts.append(time.perf_counter() - start)
    base = median(loads)
    print(f"check, {_FILES} files of one Service, median of {_ROUNDS} alternated rounds, all processes and their start")
    print(f"  {'PyYAML, C loader alone':<24}{base:8.2f} s of processor time")
    print(
        f"  {'elbguard check':<24}{median(checks):8.2f} s of processor time   {median(checks) / base:5.2f} times that"
    )
    print(f"check, one file from a cold start: {median(starts):.2f} s")


def _processor_seconds(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
