"""A refusal never deletes: what forces its way in, with an old and a current kubectl and with helm, harms nothing live.

`kubectl apply --force` deletes the live object when an update is answered Invalid, and makes it anew: another uid.
"""

import json
import os
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.kubectl import NO_CURRENT, current
from tests.support.webhook import Webhook

from .cluster import Cluster, Result

MANIFESTS = Path(__file__).parent / "manifests"
ALGORITHM = "kubernetes.io/elb.lb-algorithm"
HELM = Path(os.environ.get("KUBEBUILDER_ASSETS", "/nowhere")) / "helm"
HELM_SECONDS = 60.0
MISTAKES = {
    "one mistake": {ALGORITHM: "ROUND_ROBBIN"},
    "several mistakes": {ALGORITHM: "FASTEST", "kubernetes.io/elb.session-affinity-mode": "COOKIE"},
    "another class": {"kubernetes.io/elb.class": "performance"},
    "JSON that is broken": {"kubernetes.io/elb.health-check-option": "{"},
    "no such port": {"kubernetes.io/elb.protocol-port": "http:8081"},
}


@pytest.fixture(params=["the API server's", "current"])
def kubectl(request: pytest.FixtureRequest) -> Path | None:
    """Give both kubectls one after the other; None is that of the API server."""
    if request.param == "current" and current() is None:
        pytest.skip(NO_CURRENT)
    return current() if request.param == "current" else None


def manifest(changes: dict[str, str] | None = None) -> str:
    """The good Service as its author writes it, with annotations changed."""
    service: dict[str, Any] = yaml.safe_load((MANIFESTS / "good.yaml").read_text(encoding="utf-8"))
    service["metadata"]["annotations"] |= changes or {}
    return yaml.safe_dump(service)


def live(cluster: Cluster, namespace: str) -> dict[str, Any]:
    """The Service as it is now."""
    answer = cluster.request("GET", f"/api/v1/namespaces/{namespace}/services/web")
    assert answer.ok, "the Service is lost"
    return answer.body


@pytest.mark.parametrize("mistakes", MISTAKES.values(), ids=list(MISTAKES))
def test_a_forced_mistake_leaves_a_good_service_as_it_is(
    guarded: Cluster, kubectl: Path | None, mistakes: dict[str, str]
) -> None:
    namespace = guarded.namespace()
    apply = ("-n", namespace, "apply", "-f", "-")
    guarded.kubectl(*apply, stdin=manifest(), program=kubectl, check=True)
    before = live(guarded, namespace)
    forced = guarded.kubectl(*apply, "--force", stdin=manifest(mistakes), program=kubectl)

    assert "(Forbidden)" in forced.stderr
    assert live(guarded, namespace) == before


@pytest.mark.parametrize("kept", [True, False], ids=["which stays", "which changes"])
def test_a_forced_mistake_leaves_a_service_with_an_old_mistake_as_it_is(
    cluster: Cluster, webhook: Webhook, kubectl: Path | None, kept: bool
) -> None:
    namespace = cluster.namespace()
    old = {"kubernetes.io/elb.session-affinity-mode": "COOKIE"}
    apply = ("-n", namespace, "apply", "-f", "-")
    cluster.unregister()
    cluster.kubectl(*apply, stdin=manifest(old), program=kubectl, check=True)
    cluster.register(webhook.mutate_url, webhook.validate_url, webhook.ca_pem)
    before = live(cluster, namespace)
    new = {**MISTAKES["several mistakes"], **(old if kept else {"kubernetes.io/elb.session-affinity-mode": "CAKE"})}
    forced = cluster.kubectl(*apply, "--force", stdin=manifest(new), program=kubectl)

    assert "[ELB301]" in forced.stderr
    assert live(cluster, namespace) == before


def test_the_message_of_a_refused_update_names_every_mistake(guarded: Cluster, kubectl: Path | None) -> None:
    namespace = guarded.namespace()
    guarded.kubectl("-n", namespace, "apply", "-f", "-", stdin=manifest(), program=kubectl, check=True)
    mistakes = MISTAKES["several mistakes"]
    replaced = json.dumps(live(guarded, namespace) | {"metadata": {"name": "web", "annotations": mistakes}})
    for command, stdin in (
        (["apply", "-f", "-"], manifest(mistakes)),
        (["apply", "--server-side", "--force-conflicts", "-f", "-"], manifest(mistakes)),
        (["replace", "-f", "-"], replaced),
        (["annotate", "service", "web", "--overwrite", *map("=".join, mistakes.items())], ""),
    ):
        refused = guarded.kubectl("-n", namespace, *command, stdin=stdin, program=kubectl)

        assert "Error from server (Forbidden): " in refused.stderr
        assert f"2 problems in Service {namespace}/web (elbguard): " in refused.stderr
        assert [rule in refused.stderr for rule in ("[ELB301]", "[ELB310]")] == [True, True]


def test_kubectl_edit_opens_the_editor_again_with_the_findings(
    guarded: Cluster, kubectl: Path | None, tmp_path: Path
) -> None:
    namespace, seen, editor = guarded.namespace(), tmp_path / "seen", tmp_path / "editor"
    guarded.kubectl("-n", namespace, "apply", "-f", "-", stdin=manifest(), program=kubectl, check=True)
    # The first time a mistake is made; what is opened then is kept, and the mistake mended with another change.
    editor.write_text(
        f'#!/bin/sh\nif grep -q ROUND_ROBBIN "$1"; then cp "$1" {seen}; sed -i "s/ROUND_ROBBIN/SOURCE_IP/" "$1"\n'
        'else sed -i "s/ROUND_ROBIN/ROUND_ROBBIN/" "$1"; fi\n'
    )
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    edited = guarded.kubectl("-n", namespace, "edit", "service", "web", program=kubectl, editor=editor)

    assert edited.code == 0, edited.stderr
    comments = [line for line in seen.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    assert any('did you mean "ROUND_ROBIN"? [ELB301]' in line for line in comments)
    assert live(guarded, namespace)["metadata"]["annotations"][ALGORITHM] == "SOURCE_IP"


@pytest.mark.skipif(not HELM.is_file(), reason="helm is missing: put one into KUBEBUILDER_ASSETS")
@pytest.mark.parametrize("flags", [[], ["--server-side=false"], ["--rollback-on-failure"]], ids=str)
def test_a_helm_upgrade_with_mistakes_leaves_the_service_as_it_is(
    guarded: Cluster, tmp_path: Path, flags: list[str]
) -> None:
    namespace = guarded.namespace()
    template = tmp_path / "templates" / "service.yaml"
    template.parent.mkdir()
    (tmp_path / "Chart.yaml").write_text(json.dumps({"apiVersion": "v2", "name": "shop", "version": "1.0.0"}))
    template.write_text(manifest())
    assert helm(guarded, "-n", namespace, "install", "shop", str(tmp_path)).code == 0
    before = live(guarded, namespace)
    template.write_text(manifest(MISTAKES["several mistakes"]))
    upgraded = helm(guarded, "-n", namespace, "upgrade", "shop", str(tmp_path), *flags)

    assert upgraded.code != 0
    assert [rule in upgraded.stderr for rule in ("[ELB301]", "[ELB310]")] == [True, True]
    after = live(guarded, namespace)
    assert after["metadata"]["uid"] == before["metadata"]["uid"]
    assert (after["metadata"]["annotations"], after["spec"]) == (before["metadata"]["annotations"], before["spec"])


def helm(cluster: Cluster, *args: str) -> Result:
    """Run the real helm as admin."""
    env = {"HOME": str(cluster.workdir), "KUBECONFIG": str(cluster.kubeconfig), "PATH": "/usr/bin:/bin"}
    command = [str(HELM), *args]
    done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=HELM_SECONDS, check=False)
    return Result(done.stdout, done.stderr, done.returncode)
