"""Which cluster a person means: the file given, KUBECONFIG, ~/.kube/config, the Pod; and one sentence where none."""

import json
import warnings
from pathlib import Path

import pytest
from urllib3.exceptions import InsecureRequestWarning

from elbguard.cluster.connecting import NoApiServer, chosen


def write(file: Path, *contexts: str, current: str = "") -> Path:
    """A kubeconfig with a cluster for each context, at https://CONTEXT.example.com."""
    file.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": {"server": f"https://{name}.example.com"}} for name in contexts],
        "users": [],
        "contexts": [{"name": name, "context": {"cluster": name}} for name in contexts],
        "current-context": current or contexts[0],
    }
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def test_the_file_given_stands_above_the_variable_and_that_above_the_home(tmp_path: Path) -> None:
    given, by_variable = write(tmp_path / "given", "a"), write(tmp_path / "variable", "b")
    write(tmp_path / ".kube" / "config", "c")
    home = {"HOME": str(tmp_path)}
    variable = {"KUBECONFIG": str(by_variable)}

    assert chosen(given, None, home | variable).host == "https://a.example.com"
    assert chosen(None, None, home | variable).host == "https://b.example.com"
    assert chosen(None, None, home).host == "https://c.example.com"


def test_a_context_is_one_of_all_files(tmp_path: Path) -> None:
    files = f"{write(tmp_path / 'one', 'a', 'b')}:{write(tmp_path / 'two', 'production')}:{tmp_path / 'missing'}"

    assert chosen(None, "production", {"KUBECONFIG": files}).host == "https://production.example.com"
    assert chosen(None, "b", {"KUBECONFIG": files}).host == "https://b.example.com"
    with pytest.raises(NoApiServer, match=r"no context 'prodction': did you mean production\?"):
        chosen(None, "prodction", {"KUBECONFIG": files})
    with pytest.raises(NoApiServer, match="there are a, b, production"):
        chosen(None, "elsewhere", {"KUBECONFIG": files})


def test_a_pod_asks_its_own_cluster(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("t")
    (tmp_path / "ca.crt").write_text("c")
    pod = {"KUBERNETES_SERVICE_HOST": "10.247.0.1", "KUBERNETES_SERVICE_PORT": "443", "HOME": str(tmp_path)}

    assert chosen(None, None, pod, tmp_path).host == "https://10.247.0.1:443"


def test_where_there_is_none_it_says_what_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(NoApiServer, match=r"at .*/\.kube/config, and this is no Pod: give --kubeconfig FILE"):
        chosen(None, None, {"HOME": str(tmp_path)})
    with pytest.raises(NoApiServer, match="there is no file"):
        chosen(tmp_path / "missing", None, {})


@pytest.mark.parametrize(
    "text", ["", "- a\n- b\n", "{", "current-context: a\n", "contexts: text\ncurrent-context: a\n"]
)
@pytest.mark.parametrize("context", [None, "a"])
def test_a_file_that_is_no_kubeconfig_is_one_sentence(tmp_path: Path, text: str, context: str | None) -> None:
    file = tmp_path / "config"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(NoApiServer) as none:
        chosen(file, context, {})

    assert str(file) in str(none.value)
    assert "\n" not in str(none.value)


def _logging_in(file: Path, command: str) -> Path:
    """A kubeconfig whose user logs in by a program."""
    content = json.loads(write(file, "a").read_text())
    program = {"apiVersion": "client.authentication.k8s.io/v1", "command": command, "interactiveMode": "Never"}
    content["users"] = [{"name": "u", "user": {"exec": program}}]
    content["contexts"][0]["context"]["user"] = "u"
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


@pytest.mark.parametrize("command", ["/nonexistent/login", "false", "true"], ids=["missing", "failing", "silent"])
def test_a_program_that_does_not_log_in_is_one_sentence(
    tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(NoApiServer, match="the program that logs in gave no credentials: "):
        chosen(_logging_in(tmp_path / "config", command), None, {})
    assert capsys.readouterr().err == ""


def test_a_server_that_is_not_to_be_verified_is_not_warned_of(tmp_path: Path) -> None:
    file = write(tmp_path / "config", "a")
    content = json.loads(file.read_text())
    content["clusters"][0]["cluster"]["insecure-skip-tls-verify"] = True
    file.write_text(json.dumps(content), encoding="utf-8")
    with warnings.catch_warnings(record=True) as warned:
        chosen(file, None, {})
        warnings.warn("unverified", InsecureRequestWarning, stacklevel=1)

    assert warned == []
