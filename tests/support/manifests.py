"""Manifests of one Service as people write them: a good one, and what is wrong with others."""

from typing import Final

GOOD: Final = """\
apiVersion: v1
kind: Service
metadata:
  name: web
  annotations:
    kubernetes.io/elb.id: 5083f225-9bf8-48fa-9c8b-67bd9693c4c0
spec:
  type: LoadBalancer
  ports: [{port: 80}]
  selector: {app: web}
"""


def _with(name: str, value: str) -> str:
    return GOOD.replace("  annotations:\n", f"  annotations:\n    kubernetes.io/elb.{name}: {value}\n")


BAD: Final = _with("class", "dedicated")  # ELB101
WARNED: Final = GOOD.replace("5083f225-9bf8-48fa-9c8b-67bd9693c4c0", "elb-306e")  # ELB104
BALANCED: Final = _with("lb-algorithm", "ROUND_ROBIN")
BROKEN: Final = _with("lb-algorithm", "round_robin")  # ELB301, which `elbguard fix` makes BALANCED
GATED: Final = _with("class", "performance")  # ELB102, in clusters before v1.17
