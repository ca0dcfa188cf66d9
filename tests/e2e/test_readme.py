"""The README's manifest for registering by hand, as printed."""

import base64
import re
from pathlib import Path

from tests.support.webhook import Webhook

from .cluster import Cluster

README = Path(__file__).parent.parent.parent / "README.md"
MANIFESTS = Path(__file__).parent / "manifests"


def test_the_manifest_of_the_readme_registers_the_webhook(cluster: Cluster, webhook: Webhook) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    printed = next(block for block in blocks if "ValidatingWebhookConfiguration" in block)
    manifest = printed.replace("CA_BUNDLE", base64.b64encode(webhook.ca_pem).decode())
    manifest = manifest.replace("https://elbguard.example.com:8443", webhook.url)
    cluster.unregister()

    applied = cluster.kubectl("apply", "-f", "-", stdin=manifest)
    assert applied.code == 0, applied.stderr
    cluster.wait_until_active()
    refused = cluster.kubectl("-n", cluster.namespace(), "apply", "-f", "one-fault.yaml", cwd=MANIFESTS)

    assert "[ELB301]" in refused.stderr
    cluster.unregister()
