"""An audit of thousands of Services on a real API server: the verdict of check and of the webhook, reported."""

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import pytest
import urllib3
import yaml

from elbguard.cluster.asking import Api
from elbguard.cluster.client import connect
from elbguard.cluster.paging import pages, services_path
from tests.support.built import AUDIT, built
from tests.support.command import Done, elbguard

from .cluster import MERGE_PATCH, Cluster

CRDS: Final = Path(__file__).parent / "crds"
BOTH: Final = ("policyreports.wgpolicyk8s.io", "reports.openreports.io")
ELB: Final = "kubernetes.io/elb."
ID: Final = "5083f225-9bf8-48fa-9c8b-67bd9693c4c0"
NAMESPACES: Final = 10
IN_EACH: Final = 150  # every LoadBalancer Service takes one of 2768 node ports
OTHERS: Final = 60  # Services of another type, which take none
SERVED: Final = {"loadBalancer": {"ingress": [{"ip": "10.0.0.9"}]}}

# What people write, and the rules that it breaks as it stands.
KINDS: Final[tuple[tuple[dict[str, str], tuple[str, ...]], ...]] = (
    ({"class": "union", "id": ID}, ()),
    ({"class": "union", "id": ID, "lb-algorithm": "LEAST_CONNECTIONS"}, ()),
    ({"class": "union", "autocreate": '{"type": "inner"}', "id": ID}, ()),  # CCE wrote the ID
    ({"class": "dedicated", "id": ID}, ("ELB101",)),
    ({"class": "union", "id": ID, "lb-algorithm": "ROUND"}, ("ELB301",)),
    ({"class": "shared", "id": ID, "lb-algorithm": "ROUND"}, ("ELB101", "ELB301")),
)

MANY_MISTAKES: Final = {
    "class": "shared",
    "id": ID,
    "lb-algorithm": "ROUND",
    "session-affinity-mode": "COOKIES",
    "health-check-flag": "maybe",
}


def service(name: str, annotations: dict[str, str], kind: str = "LoadBalancer") -> dict[str, Any]:
    """A Service with annotations of ours."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "annotations": {ELB + key: text for key, text in annotations.items()}},
        "spec": {"type": kind, "selector": {"app": name}, "ports": [{"name": "http", "port": 80}]},
    }


def number_of(balancer: int) -> str:
    """The ID of a load balancer of its own."""
    return f"{ID[:-12]}{balancer:012x}"


class Filled:
    """A cluster with thousands of Services, made before any webhook is asked."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.namespaces = [cluster.namespace() for _ in range(NAMESPACES)]
        made = [
            (space, service(f"web-{n:03}", KINDS[n % len(KINDS)][0] | {"id": number_of(where * 1000 + n)}))
            for where, space in enumerate(self.namespaces)
            for n in range(IN_EACH)
        ]
        made += [
            (space, service(f"in-{n:03}", {"class": "union"}, "ClusterIP"))
            for space in self.namespaces
            for n in range(OTHERS)
        ]
        certificates = json.loads(cluster.kubeconfig.read_text())["clusters"][0]["cluster"]["certificate-authority"]
        self._pool = urllib3.PoolManager(maxsize=4, ca_certs=certificates)
        with ThreadPoolExecutor(4) as threads:
            assert {*threads.map(lambda each: self.create(*each), made)} == {201}

    def create(self, namespace: str, body: dict[str, Any]) -> int:
        """Create a Service over a connection that stays; return the status."""
        headers = {"Authorization": f"Bearer {self.cluster.token('admin')}", "Content-Type": "application/json"}
        url = f"{self.cluster.url}/api/v1/namespaces/{namespace}/services"
        return self._pool.request("POST", url, body=json.dumps(body).encode(), headers=headers, timeout=30).status

    def audit(self, *words: str, user: str = "admin") -> Done:
        """Run the real command as one of the users."""
        return elbguard("audit", "--context", user, *words, KUBECONFIG=str(self.cluster.kubeconfig))


@pytest.fixture(scope="module")
def filled(cluster: Cluster) -> Filled:
    """Fill the cluster once."""
    cluster.unregister()
    return Filled(cluster)


@pytest.fixture
def api(filled: Filled) -> Iterator[Api]:
    """Speak to the API server as the program does."""
    connection = connect({"KUBECONFIG": str(filled.cluster.kubeconfig)})
    yield connection
    connection.close()


def told(report: dict[str, Any]) -> Counter[tuple[str, ...]]:
    """The findings of a JSON report without their places."""
    return Counter(
        (f["resource"]["namespace"], f["resource"]["name"], f["rule"], f["severity"], f["field"], f["message"])
        for f in report["findings"]
    )


def expected(namespace: str) -> set[tuple[str, str, str]]:
    """Namespace, name and rule of every finding that there must be."""
    numbered = ((n, KINDS[n % len(KINDS)][1]) for n in range(IN_EACH))
    return {(namespace, f"web-{n:03}", rule) for n, rules in numbered for rule in rules}


def test_every_service_is_judged_in_every_format(filled: Filled, tmp_path: Path) -> None:
    files = [f"--format={name}={tmp_path / name}" for name in ("json", "sarif", "junit", "github", "short", "html")]
    done = filled.audit(*files, "--format", "text")
    report = json.loads((tmp_path / "json").read_text())
    ours = [f for f in report["findings"] if f["resource"]["namespace"] in filled.namespaces]

    assert done.returncode == 1
    found = {(f["resource"]["namespace"], f["resource"]["name"], f["rule"]) for f in ours}
    assert found == set().union(*map(expected, filled.namespaces))
    assert {f["file"] for f in ours} == {f"{namespace}/{name}" for namespace, name, _ in found}
    for namespace in filled.namespaces:
        counts = report["summary"]["namespaces"][namespace]
        assert (counts["services"], counts["errors"]) == (IN_EACH + OTHERS, len(expected(namespace)))
        assert f"  {namespace}: {len(expected(namespace))} errors" in done.stdout
    assert f"{filled.namespaces[0]}/web-003: error[ELB101]: unknown-class\n" in done.stdout
    assert "not known; give --proxy-mode" not in done.stderr
    for name in ("sarif", "junit", "github", "short", "html"):
        assert f"{filled.namespaces[-1]}/web-003" in (tmp_path / name).read_text()


def test_what_kubectl_prints_gets_the_same_verdict(filled: Filled) -> None:
    namespace = filled.namespaces[0]
    for name in ("web-002", "web-003"):
        path = f"/api/v1/namespaces/{namespace}/services/{name}/status"
        assert filled.cluster.request("PATCH", path, {"status": SERVED}, content_type=MERGE_PATCH).ok
    printed = filled.cluster.kubectl("get", "services", "-n", namespace, "-o", "yaml", check=True).stdout
    checked = elbguard("check", "-", "--format", "json", stdin=printed)
    audited = filled.audit("--namespace", namespace, "--format", "json")
    one, other = json.loads(checked.stdout), json.loads(audited.stdout)

    assert (checked.returncode, audited.returncode) == (1, 1)
    assert told(one) == told(other)
    assert {(f["resource"]["namespace"], f["resource"]["name"], f["rule"]) for f in other["findings"]} == expected(
        namespace
    )


def test_the_webhook_says_the_same_of_what_cce_has_not_touched(filled: Filled, guarded: Cluster) -> None:
    for annotations, rules in KINDS:
        if "autocreate" in annotations:
            continue
        answer = guarded.create_service(guarded.namespace(), service("web", annotations), dry_run=True)

        assert {rule for rule in ("ELB101", "ELB301") if f"[{rule}]" in answer.refusal} == {*rules}


def test_an_upgrade_says_what_is_new_and_what_is_gone(filled: Filled) -> None:
    namespace = filled.cluster.namespace()
    body = service("gzip", {"class": "performance", "id": ID, "protocol-port": "http:80", "gzip-enabled": "true"})
    assert filled.cluster.create_service(namespace, body).ok
    flags = ("-n", namespace, "--cluster-version", "v1.21.4-r0", "--format", "json")
    before, after = filled.audit(*flags), filled.audit(*flags, "--as-if", "v1.30.14-r80")
    was, becomes = ({f["rule"] for f in json.loads(done.stdout)["findings"]} for done in (before, after))

    assert was - becomes != set()
    assert f"0 findings are new, {len(was - becomes)} " in after.stderr
    assert f"{namespace}/gzip: note: " in after.stderr
    back = filled.audit(
        "-n", namespace, "--cluster-version", "v1.30.14-r80", "--as-if", "v1.21.4-r0", "--format", "json"
    )
    new = [f for f in json.loads(back.stdout)["findings"] if f.get("change") == "new in v1.21.4-r0"]
    assert {f["rule"] for f in new} == was - becomes


def test_a_list_goes_on_when_the_api_server_has_forgotten_its_token(filled: Filled, api: Api) -> None:
    names: list[str] = []
    for number, page in enumerate(pages(api.get, services_path(), size=300)):
        names += [f"{item['metadata']['namespace']}/{item['metadata']['name']}" for item in page.items]
        if number == 1:
            filled.cluster.namespace()  # so that the token's revision is not the present one
            filled.cluster.compact_etcd()

    assert len(names) == len({*names})
    assert {f"{space}/web-{n:03}" for space in filled.namespaces for n in range(IN_EACH)} <= {*names}


def test_ingresses_are_counted_and_not_judged(filled: Filled) -> None:
    namespace = filled.cluster.namespace()
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    for name, annotations in (("a", {f"{ELB}class": "nonsense"}), ("b", {f"{ELB}port": "80"}), ("c", {})):
        body = {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "Ingress",
            "metadata": {"name": name, "annotations": annotations},
            "spec": {"defaultBackend": backend},
        }
        assert filled.cluster.request("POST", f"/apis/networking.k8s.io/v1/namespaces/{namespace}/ingresses", body).ok
    printed = filled.cluster.kubectl("get", "ingresses", "-n", namespace, "-o", "yaml", check=True).stdout
    audited, checked = filled.audit("-n", namespace), elbguard("check", "-", stdin=printed)

    for done in (audited, checked):
        assert (done.returncode, "2 Ingresses carry kubernetes.io/elb.* annotations: not judged" in done.stdout) == (
            0,
            True,
        )
        assert done.stderr.count("2 Ingresses carry") == 1


def test_two_services_on_one_listener_are_told_of_each_other(filled: Filled) -> None:
    namespace = filled.cluster.namespace()
    for name, port in (("a", 80), ("b", 80), ("c", 81)):
        body = service(name, {"class": "union", "id": number_of(0xFFFFFF)})
        body["spec"]["ports"] = [{"name": "http", "port": port}]
        assert filled.create(namespace, body) == 201
    printed = filled.cluster.kubectl("get", "services", "-n", namespace, "-o", "yaml", check=True).stdout
    audited = filled.audit("-n", namespace, "--format", "json")
    checked = elbguard("check", "-", "--format", "json", stdin=printed)

    for done in (audited, checked):
        found = json.loads(done.stdout)["findings"]
        assert [(each["resource"]["name"], each["rule"]) for each in found] == [("a", "ELB930"), ("b", "ELB930")]
        assert f"Service {namespace}/b" in found[0]["message"]


TO_ONE: Final = "kubectl create role elbguard-services --verb=list --resource=services --namespace=default"
IMPOSSIBLE: Final = {
    "a namespace that is not there": (["-n", "e2e-0001"], "admin", "no namespace 'e2e-0001' in this cluster"),
    "a context that is not there": (["--context", "admi"], "admin", "no context 'admi': did you mean admin?"),
    "what is no name": (["-n", "Shop"], "admin", "'Shop' is no name of a namespace"),
    "a report of what is not": (["--policy-report", "--as-if", "v1.30.4-r0"], "admin", "give one of them"),
    "no right": ([], "bob", "--user=bob"),
    "no right in a namespace": (["-n", "default"], "bob", TO_ONE),
    "no reports": (["--policy-report"], "admin", "the cluster knows neither policyreports.wgpolicyk8s.io"),
}


@pytest.mark.parametrize(("words", "user", "said"), IMPOSSIBLE.values(), ids=IMPOSSIBLE.keys())
def test_what_cannot_be_done_is_said_in_one_sentence(filled: Filled, words: list[str], user: str, said: str) -> None:
    done = filled.audit(*words, user=user)

    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert done.stderr.count("Error: ") == 1


def test_a_server_that_is_not_there_is_said(filled: Filled, tmp_path: Path) -> None:
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(filled.cluster.kubeconfig.read_text().replace(filled.cluster.url, "https://127.0.0.1:9"))
    done = elbguard("audit", "--kubeconfig", str(kubeconfig))

    assert done.returncode == 2
    assert done.stderr.startswith("Error: The API server at https://127.0.0.1:9 cannot be asked: ")


@pytest.fixture(scope="module")
def reporting(filled: Filled) -> Iterator[Filled]:
    """Let the cluster know both kinds of report, and ask no webhook."""
    filled.cluster.unregister()
    for name in ("policyreports", "reports"):
        filled.cluster.kubectl("apply", "-f", str(CRDS / f"{name}.yaml"), check=True)
    for crd in BOTH:
        filled.cluster.kubectl("wait", "--for=condition=Established", f"crd/{crd}", "--timeout=30s", check=True)
    yield filled
    for crd in BOTH:
        filled.cluster.kubectl("delete", "crd", crd, check=True)


def reports(cluster: Cluster, namespace: str, kind: str = BOTH[0]) -> list[dict[str, Any]]:
    """The reports of a namespace."""
    printed = cluster.kubectl("get", kind, "-n", namespace, "-o", "json", check=True).stdout
    found: list[dict[str, Any]] = json.loads(printed)["items"]
    return found


def account_with_the_rights_of_the_manifests(cluster: Cluster) -> None:
    """Give bob what the CronJob's account has."""
    role = built(AUDIT).one("ClusterRole")
    binding = {**built(AUDIT).one("ClusterRoleBinding"), "subjects": [{"kind": "User", "name": "bob"}]}
    text = yaml.safe_dump_all([role, binding])
    cluster.kubectl("apply", "-f", "-", stdin=text, check=True)


def test_reports_are_kept_with_the_rights_of_the_manifests_and_no_more(reporting: Filled) -> None:
    cluster, namespace = reporting.cluster, reporting.namespaces[1]
    account_with_the_rights_of_the_manifests(cluster)
    idle, alone = cluster.namespace(), cluster.namespace()
    assert cluster.create_service(alone, service("web", {"class": "dedicated", "id": ID})).ok
    foreign = {"apiVersion": "wgpolicyk8s.io/v1alpha2", "kind": "PolicyReport", "metadata": {"name": "kyverno"}}
    assert cluster.request("POST", f"/apis/wgpolicyk8s.io/v1alpha2/namespaces/{idle}/policyreports", foreign).ok

    done = reporting.audit("--policy-report", "--fail-on", "never", user="bob")
    assert (done.returncode, "may not" in done.stderr, "cannot be read" in done.stderr) == (0, False, False)
    wrong = sum(len(KINDS[n % len(KINDS)][1]) for n in range(IN_EACH))
    fine = sum(not KINDS[n % len(KINDS)][1] for n in range(IN_EACH))
    for kind in BOTH:
        [report] = reports(cluster, namespace, kind)
        assert report["metadata"]["labels"]["app.kubernetes.io/managed-by"] == "elbguard"
        assert report["summary"] == {"pass": fine, "fail": wrong, "warn": 0, "error": 0, "skip": 0}
        assert len(report["results"]) == wrong
        first = report["results"][-1]
        assert (first["source"], first["result"], first["resources"][0]["kind"]) == ("elbguard", "fail", "Service")
        assert (first["rule"], "[kubernetes.io/elb." in first["message"]) == ("ELB301", True)
    assert [each["metadata"]["name"] for each in reports(cluster, idle)] == ["kyverno"]

    again = reporting.audit("-n", namespace, "--policy-report", "--fail-on", "never", user="bob")
    assert f"{', '.join(BOTH)}: 0 written, 2 unchanged, 0 removed" in again.stderr

    assert cluster.request("DELETE", f"/api/v1/namespaces/{alone}/services/web").ok
    healed = service("web-003", {"class": "union", "id": ID})
    path = f"/api/v1/namespaces/{namespace}/services/web-003"
    assert cluster.request("PATCH", path, {"metadata": healed["metadata"]}, content_type=MERGE_PATCH).ok
    reporting.audit("--policy-report", user="bob")
    assert reports(cluster, alone) == []
    assert reports(cluster, namespace)[0]["summary"]["fail"] == wrong - 1


def test_a_report_has_so_many_results_and_counts_the_others(reporting: Filled) -> None:
    namespace = reporting.cluster.namespace()
    with ThreadPoolExecutor(4) as threads:
        made = [service(f"web-{n:03}", MANY_MISTAKES | {"id": number_of(0xFFFF00 + n)}) for n in range(130)]
        assert {*threads.map(lambda each: reporting.create(namespace, each), made)} == {201}
    reporting.audit("-n", namespace, "--policy-report")
    [report] = reports(reporting.cluster, namespace)

    assert report["summary"] == {"pass": 0, "fail": 520, "warn": 0, "error": 0, "skip": 1}
    assert [each["result"] for each in report["results"]] == ["fail"] * 500 + ["skip"]
    assert report["results"][-1]["message"].startswith("20 more are not listed here")
    assert report["metadata"]["annotations"]["elbguard.io/left-out"] == "20"


def test_a_namespace_that_is_going_gets_no_report_and_hinders_no_other(reporting: Filled) -> None:
    cluster, going, staying = reporting.cluster, reporting.cluster.namespace(), reporting.cluster.namespace()
    for namespace in (going, staying):
        assert cluster.create_service(namespace, service("web", {"class": "dedicated", "id": ID})).ok
    assert cluster.request("DELETE", f"/api/v1/namespaces/{going}").ok  # no controller ever finishes it
    done = reporting.audit("--policy-report")

    assert (done.returncode, "Error: " in done.stderr) == (1, False)
    assert [len(reports(cluster, namespace)) for namespace in (going, staying)] == [0, 1]


def test_a_report_of_our_name_that_is_not_ours_is_left_alone(reporting: Filled) -> None:
    cluster, namespace = reporting.cluster, reporting.cluster.namespace()
    assert cluster.create_service(namespace, service("web", {"class": "dedicated", "id": ID})).ok
    theirs = {"apiVersion": "wgpolicyk8s.io/v1alpha2", "kind": "PolicyReport", "metadata": {"name": "elbguard"}}
    assert cluster.request("POST", f"/apis/wgpolicyk8s.io/v1alpha2/namespaces/{namespace}/policyreports", theirs).ok
    done = reporting.audit("-n", namespace, "--policy-report")

    assert f"{namespace}: note: a report called elbguard is there that elbguard did not write" in done.stderr
    assert "results" not in reports(cluster, namespace)[0]
