"""What VS Code, Neovim and others show of a Service by our schema: the real yaml-language-server says it."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from kubernetes_validate.utils import all_versions, schema_contents  # type: ignore[import-untyped]

from elbguard.schemas import SERVICE
from elbguard_rules.core.fact import Tier
from elbguard_rules.guard import ANNOTATIONS
from tests.contract.editors.language_server import LanguageServer, Mark
from tests.support.command import elbguard
from tests.support.manifests import GOOD
from tests.support.places import ROOT

pytestmark = pytest.mark.thorough
HERE: Final = Path(__file__).parent
INSTALLED: Final = ROOT / "build/editors"
SCRIPT: Final = INSTALLED / "node_modules/yaml-language-server/bin/yaml-language-server"
SERVICES: Final = GOOD.replace("spec:", "    @\nspec:")  # something else beside the ID
UNFINISHED: Final = SERVICES.replace("  type: LoadBalancer\n", "")


def of(line: str, text: str = SERVICES) -> str:
    return text.replace("@", line)


@pytest.fixture(scope="module")
def script() -> Path:
    """The server, from npm where it is not there yet. Skips where it cannot be had."""
    npm = shutil.which("npm")
    if not shutil.which("node") or not npm:
        pytest.skip("yaml-language-server needs node and npm: install Node.js 20 or later")
    if not SCRIPT.is_file():
        INSTALLED.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, INSTALLED)
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=INSTALLED, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"yaml-language-server cannot be had from npm: {done.stderr.strip()[-200:]}")
    return SCRIPT


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with our schemas, as the command writes them."""
    made = tmp_path_factory.mktemp("project")
    assert elbguard("generate", "schemas", str(made)).returncode == 0
    return made


@pytest.fixture(scope="module")
def server(script: Path, folder: Path) -> Iterator[LanguageServer]:
    with LanguageServer(script, folder, {(folder / SERVICE).as_uri(): "*.yaml"}, {}) as started:
        yield started


@pytest.mark.parametrize("text", [SERVICES, UNFINISHED], ids=["whole", "unfinished"])
def test_proposes_the_keys_that_people_write(server: LanguageServer, text: str) -> None:
    proposed = server.proposals(of("kubernetes.io/elb.|", text))
    wanted = {owner.key for owner in ANNOTATIONS if owner.tier not in (Tier.PLATFORM, Tier.LEGACY)}

    assert proposed.keys() == wanted - {"kubernetes.io/elb.id"}


@pytest.mark.parametrize("text", [SERVICES, UNFINISHED], ids=["whole", "unfinished"])
def test_proposes_values_as_texts(server: LanguageServer, text: str) -> None:
    classes = server.proposals(of("kubernetes.io/elb.class: |", text))
    switches = server.proposals(of("kubernetes.io/elb.gzip-enabled: |", text))
    timeouts = server.proposals(of("kubernetes.io/elb.client_timeout: |", text))

    assert classes.keys() - {"null"} == {"union", "performance", "dnat"}
    assert {switches["true"], switches["false"]} == {'"true"', '"false"'}
    assert timeouts["60"] == "'${1:60}'"


def test_what_it_proposes_for_json_is_a_text_of_json(server: LanguageServer) -> None:
    proposed = server.proposals(of("kubernetes.io/elb.autocreate: |"))
    texts = [text for label, text in proposed.items() if label != "null"]

    assert texts
    for text in texts:
        assert text.startswith("'${1:{")
        assert "type" in json.loads(text.removeprefix("'${1:").removesuffix("}'").replace("\\", ""))


def test_hovering_tells_purpose_values_releases_and_members(server: LanguageServer) -> None:
    told = server.hover(of("kubernetes.io/elb.cl|ass: union"))
    json_told = server.hover(of("kubernetes.io/elb.auto|create: '{}'"))

    assert "Whether the load balancer is shared or dedicated" in told
    assert "* `performance`: For clusters of v1.17 or later." in told
    assert "elbguard explain elb.class" in told
    assert "- `bandwidth_size`: Bandwidth is a JSON integer from 1 to 2000 Mbit/s." in json_told


@pytest.mark.parametrize(
    ("line", "marked", "says"),
    [
        ("kubernetes.io/elb.class: shared", "shared", "[ELB101]"),
        ("kubernetes.io/elb.gzip-enabled: true", "true", "[ELB901]"),
        ('kubernetes.io/elb.client_timeout: "5000"', '"5000"', "1 to 300 seconds"),
        ("kubernetes.io/elb.clas: union", "kubernetes.io/elb.clas", "CCE ignores it"),
        ('kubernetes.io/elb.idle-timeout: "5"', "kubernetes.io/elb.idle-timeout", "did you mean"),
        ("""kubernetes.io/elb.autocreate: '{"type": "pubic"}'""", """'{"type": "pubic"}'""", "type: The network is"),
    ],
)
def test_marks_once_what_is_wrong_with_the_sentence_of_its_rule(
    server: LanguageServer, line: str, marked: str, says: str
) -> None:
    [mark] = server.marks(of(line))

    assert mark.text == marked
    assert says in mark.says


@pytest.mark.parametrize(
    "text",
    [
        of("kubernetes.io/elb.class: union"),
        of("kubernetes.io/elb.class: ${CLASS}"),
        of("kubernetes.io/elb.class:"),
        of("kubernetes.io/elb.class: big").replace("LoadBalancer", "ClusterIP"),
        of("kubernetes.io/elb.class: big").replace("kind: Service", "kind: Deployment"),
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [web.yaml]\n",
    ],
)
def test_marks_nothing_else(server: LanguageServer, text: str) -> None:
    assert server.marks(text) == []


def test_of_several_documents_each_is_looked_at_by_itself(server: LanguageServer) -> None:
    right, wrong = (of(f"kubernetes.io/elb.class: {word}") for word in ("union", "big"))
    marks = server.marks("---\n".join([right, wrong.replace("kind: Service", "kind: ConfigMap"), wrong]))

    assert [mark.text for mark in marks] == ["big"]


def test_goes_together_with_the_schema_of_kubernetes(script: Path, folder: Path) -> None:
    schemas = {"kubernetes": "*.yaml", (folder / SERVICE).as_uri(): "*.yaml"}
    text = of("kubernetes.io/elb.class: big").replace("  ports: [{port: 80}]", '  ports: "80"\n  typo: true')
    with LanguageServer(script, folder, schemas, of_kubernetes()) as server:
        marked = {mark.text for mark in server.marks(text)}
        right = server.marks(of("kubernetes.io/elb.class: union"))
        proposed = server.proposals(of("kubernetes.io/elb.c|"))

    assert marked == {"big", '"80"', "typo"}
    assert right == list[Mark]()
    assert "kubernetes.io/elb.class" in proposed


def of_kubernetes() -> dict[str, str]:
    """The schemas that editors fetch for the word `kubernetes`, by file name: those of Services and Deployments."""
    folder = f"kubernetes-json-schema/v{all_versions()[-1]}-local-strict"
    names = ("service-v1.json", "deployment-apps-v1.json", "_definitions.json")
    found = {name: json.dumps(schema_contents(f"{folder}/{name}", "")) for name in names}
    return {**found, "all.json": json.dumps({"oneOf": [{"$ref": name} for name in names[:2]]})}
