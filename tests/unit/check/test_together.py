"""What a check says of objects that collide: in one file or in several, with both places, and of nothing else."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from elbguard.check.checking import check
from elbguard.check.manner import Manner
from elbguard.report.model import Report
from elbguard.settings import Settings
from elbguard_rules.collisions.census import COLLIDING

ID = "5083f225-9bf8-48fa-9c8b-67bd9693c4c0"
OTHER = "6083f225-9bf8-48fa-9c8b-67bd9693c4c0"
BOTH = {"a.yaml:11": "ELB930", "b.yaml:11": "ELB930"}


def service(name: str, port: int | str = 80, *more: str, elb_id: str = ID, namespace: str = "shop") -> str:
    """A Service, whose port stands on line 11; `more` are lines of annotations."""
    lines = "".join(f"    {line}\n" for line in more)
    where = f"\n  namespace: {namespace}" if namespace else ""
    return f"""\
apiVersion: v1
kind: Service
metadata:
  name: {name}{where}
  annotations:
{lines}    kubernetes.io/elb.id: {elb_id}
spec:
  type: LoadBalancer
  selector: {{app: web}}
  ports: [{{port: {port}}}]
"""


INGRESS = f"""\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: front
  namespace: shop
  annotations:
    kubernetes.io/elb.id: {ID}
    kubernetes.io/elb.port: "80"
spec: {{ingressClassName: cce}}
"""


def report(
    folder: Path, files: Mapping[str, str], *, suppressions: bool = True, jobs: int = 1, **settings: str
) -> Report:
    """The report on files, by their names."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return check([str(folder)], Settings(**settings), reading=Manner(suppressions=suppressions), jobs=jobs)  # type: ignore[arg-type] # words, which pydantic reads


def places(report: Report, folder: Path) -> dict[str, str]:
    """The collisions found: rules by their places."""
    found = [entry for entry in report.entries if entry.rule.id in COLLIDING]
    return {f"{Path(entry.file).relative_to(folder)}:{entry.span.line}": entry.rule.id for entry in found}


@pytest.mark.parametrize("jobs", [1, 2])
def test_two_services_on_one_listener_are_both_named_with_their_places(tmp_path: Path, jobs: int) -> None:
    found = report(tmp_path, {"a.yaml": service("web"), "b.yaml": service("api")}, jobs=jobs)

    assert places(found, tmp_path) == BOTH
    assert f"Service shop/api ({tmp_path}/b.yaml:1)" in found.entries[0].finding.message
    assert f"Service shop/web ({tmp_path}/a.yaml:1)" in found.entries[1].finding.message
    assert (found.errors, found.warnings) == (0, 2)


def test_one_file_of_several_documents_and_lists_is_no_other_thing(tmp_path: Path) -> None:
    listed = "".join(f"  {line}\n" for line in service("api").splitlines()).replace("  apiVersion", "- apiVersion", 1)
    text = service("web") + "---\napiVersion: v1\nkind: List\nitems:\n" + listed

    assert places(report(tmp_path, {"all.yaml": text}), tmp_path) == {"all.yaml:11": "ELB930", "all.yaml:26": "ELB930"}


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(service("web"), id="the same Service, of another environment"),
        pytest.param(service("web", namespace=""), id="one that may be the same, without a namespace"),
        pytest.param(service("api", 81), id="another port"),
        pytest.param(service("api", elb_id=OTHER), id="another load balancer"),
        pytest.param(service("api", elb_id="my-balancer"), id="no ID"),
        pytest.param(service("api", elb_id="${ELB_ID}"), id="an ID that a tool fills in"),
        pytest.param(service("web-${ENV}"), id="a name that a tool fills in"),
        pytest.param(service("api", "${PORT}"), id="a port that a tool fills in"),
        pytest.param(service("api").replace("LoadBalancer", "ClusterIP"), id="a Service of an Ingress"),
        pytest.param(service("api").replace("spec:", "spec:\n  loadBalancerClass: other"), id="another controller's"),
    ],
)
def test_nothing_is_said_without_evidence(tmp_path: Path, other: str) -> None:
    assert places(report(tmp_path, {"a.yaml": service("web"), "b.yaml": other}), tmp_path) == {}


def test_a_base_that_an_overlay_changes_collides_with_nothing(tmp_path: Path) -> None:
    files = {
        "base/web.yaml": service("web"),
        "base/kustomization.yaml": "resources: [web.yaml]\n",
        "prod/kustomization.yaml": "resources: [../base]\nnamePrefix: prod-\npatches: [{path: patch.yaml}]\n",
        "prod/patch.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {clusterIP: 10.0.0.1}\n",
        "rendered.yaml": service("prod-web"),
    }

    assert places(report(tmp_path, files), tmp_path) == {}


def test_two_environments_of_one_service_both_collide_with_a_third(tmp_path: Path) -> None:
    files = {"dev/web.yaml": service("web"), "prod/web.yaml": service("web", elb_id=OTHER), "z.yaml": service("api")}

    assert places(report(tmp_path, files), tmp_path) == {"dev/web.yaml:11": "ELB930", "z.yaml:11": "ELB930"}


def test_an_ingress_is_read_and_blamed_for_nothing(tmp_path: Path) -> None:
    files = {"a.yaml": service("web", 8080), "i.yaml": INGRESS}

    assert places(report(tmp_path, files, proxy_mode="ipvs"), tmp_path) == {"a.yaml:7": "ELB932"}
    assert places(report(tmp_path, files, proxy_mode="iptables"), tmp_path) == {}
    unknown = report(tmp_path, files)
    assert places(unknown, tmp_path) == {}
    assert [(each.rule.id, each.missing) for each in unknown.unjudged] == [("ELB932", "proxy mode")]


@pytest.mark.parametrize(
    "text",
    [
        service("web").replace("[{port: 80}]", "[{port: 80}] # elbguard: ignore[ELB930] agreed"),
        service("web", 80, 'elbguard.io/ignore: "ELB930: agreed"'),
    ],
)
def test_an_author_may_excuse_it(tmp_path: Path, text: str) -> None:
    files = {"a.yaml": text, "b.yaml": service("api")}
    line = 12 if "elbguard.io" in text else 11

    assert places(report(tmp_path, files), tmp_path) == {"b.yaml:11": "ELB930"}
    both = {f"a.yaml:{line}": "ELB930", "b.yaml:11": "ELB930"}
    assert places(report(tmp_path, files, suppressions=False), tmp_path) == both


def test_an_excuse_is_not_called_unused_where_nothing_else_was_looked_at(tmp_path: Path) -> None:
    text = service("web", 80, 'elbguard.io/ignore: "ELB930: agreed"')

    assert [entry.rule.id for entry in report(tmp_path, {"a.yaml": text}).entries] == []


def test_a_report_does_not_depend_on_how_many_stand_on_one_listener(tmp_path: Path) -> None:
    found = report(tmp_path, {f"{number}.yaml": service(f"web-{number}") for number in range(200)})

    assert len(places(found, tmp_path)) == 200
    assert all("and 196 more" in entry.finding.message for entry in found.entries)
