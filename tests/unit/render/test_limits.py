"""What a build may do and for how long: tools that are slow, loud, missing or wrong, and what lies elsewhere."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.support.builders import ID, found, helmsman, kustomizer, rendered, script, service, write
from tests.support.command import PROGRAM, check
from tests.support.places import environment
from tests.support.waiting import wait_until

BAD = service(**{"class": "nope", "id": ID})
KUSTOMIZATION = "resources: [svc.yaml]\n"


def tree(folder: Path, kustomization: str = KUSTOMIZATION) -> None:
    """A kustomization, and a manifest beside it that nothing takes in."""
    write(folder, app__kustomization=kustomization, app__svc=service(**{"class": "union", "id": ID}), other=BAD)


def test_a_tool_that_takes_too_long_is_ended_with_all_that_it_started_and_the_rest_is_judged(tmp_path: Path) -> None:
    tree(tmp_path)
    path = script(tmp_path, "kubectl", f"sleep 600 & echo $! > {tmp_path}/child; wait")
    done = rendered(tmp_path, path, "--render-timeout", "0.5")

    assert done.returncode == 2
    assert "app/kustomization.yaml: error: cannot be built: kubectl was not done after 0.5 seconds" in done.stderr
    assert "--render-timeout" in done.stderr
    assert "other.yaml:6:30: error[ELB101]" in done.stdout
    assert _is_gone(int((tmp_path / "child").read_text()))


def test_ctrl_c_ends_the_tool_that_is_at_work(tmp_path: Path) -> None:
    tree(tmp_path)
    path = script(
        tmp_path, "kubectl", f"echo $$ > {tmp_path}/begun; mv {tmp_path}/begun {tmp_path}/tool; exec sleep 600"
    )
    command = [*PROGRAM, "check", "--render", "."]
    with subprocess.Popen(command, cwd=tmp_path, env=environment(PATH=path), stderr=subprocess.PIPE, text=True) as run:
        wait_until((tmp_path / "tool").exists)
        run.send_signal(signal.SIGINT)
        assert run.communicate()[1] == "Interrupted.\n"

    assert run.returncode == 130
    assert _is_gone(int((tmp_path / "tool").read_text()))


def _is_gone(process: int) -> bool:
    """Whether a process has ended, if need be after a while."""
    wait_until(lambda: not _is_alive(process))
    return True


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_a_tool_that_prints_without_end_is_ended(tmp_path: Path) -> None:
    tree(tmp_path)
    done = rendered(tmp_path, script(tmp_path, "kubectl", "while :; do head -c 1000000 /dev/zero; done"))

    assert done.returncode == 2
    assert "kubectl prints more than 32 MiB" in done.stderr


def test_what_a_failing_tool_says_is_one_short_line_in_which_nothing_acts(tmp_path: Path) -> None:
    tree(tmp_path)
    said = (
        r"printf 'warning: old\nError: it broke \033[31mred ::error::x %s\n' $(head -c 5000 /dev/zero | tr '\0' a) >&2"
    )
    done = rendered(tmp_path, script(tmp_path, "kubectl", f"{said}; exit 3"))
    line = next(line for line in done.stderr.splitlines() if "kustomization.yaml" in line)

    assert done.returncode == 2
    assert "kubectl says: it broke" in line
    assert "\x1b" not in done.stderr
    assert len(line) < 600


def test_what_a_failing_tool_names_behind_a_colon_is_said_too(tmp_path: Path) -> None:
    tree(tmp_path)
    said = r"printf 'Error: values do not fit the schemas of:\nweb:\n- (root): x is required\n\nmore\n' >&2"
    done = rendered(tmp_path, script(tmp_path, "kubectl", f"{said}; exit 1"))

    assert "kubectl says: values do not fit the schemas of: web: - (root): x is required\n" in done.stderr


def test_a_missing_tool_is_said_with_what_to_install(tmp_path: Path) -> None:
    tree(tmp_path)
    write(tmp_path, chart__Chart="apiVersion: v2\nname: c\nversion: 0.1.0\n")
    done = rendered(tmp_path, str(tmp_path / "nothing"))

    assert done.returncode == 2
    assert "there is no kustomize or kubectl on the PATH; install" in done.stderr
    assert "there is no helm on the PATH; install" in done.stderr
    assert "other.yaml:6:30: error[ELB101]" in done.stdout


@pytest.mark.parametrize("path", [".", "app", ""])
def test_a_tool_that_lies_in_what_is_checked_is_not_run(tmp_path: Path, path: str) -> None:
    tree(tmp_path)
    for folder in (tmp_path, tmp_path / "app"):
        (folder / "kubectl").write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
        (folder / "kubectl").chmod(0o755)
    done = rendered(tmp_path, f"{path}{os.pathsep}{tmp_path}/nothing")

    assert done.returncode == 2
    assert not (tmp_path / "ran").exists()


ELSEWHERE = [
    "resources: ['https://example.com/svc.yaml']",
    "resources: ['http://example.com/svc.yaml']",
    "resources: ['github.com/org/repo//deploy?ref=v1']",
    "resources: ['https://github.com/org/repo.git//deploy']",
    "resources: ['git@github.com:org/repo.git']",
    "resources: ['git::https://gitea.example.com/org/repo']",
    "resources: ['ssh://git@example.com/org/repo']",
    "resources: ['file:///etc']",
    "bases: ['github.com/org/repo']",
    "components: ['https://example.com/c?ref=main']",
    "crds: ['https://example.com/crd.json']",
    "openapi: {path: 'https://example.com/schema.json'}",
    "transformers: ['https://example.com/t.yaml']",
    "generators: ['https://example.com/g.yaml']",
    "validators: ['https://example.com/v.yaml']",
    "configurations: ['https://example.com/c.yaml']",
    "patches: [{path: 'https://example.com/p.yaml'}]",
    "patchesStrategicMerge: ['https://example.com/p.yaml']",
    "patchesJson6902: [{target: {kind: Service, name: a, version: v1}, path: 'https://example.com/p.yaml'}]",
    "replacements: [{path: 'https://example.com/r.yaml'}]",
    "configMapGenerator: [{name: a, files: ['https://example.com/f']}]",
    "configMapGenerator: [{name: a, files: ['key=https://example.com/f']}]",
    "secretGenerator: [{name: a, envs: ['https://example.com/e']}]",
]


@pytest.mark.parametrize("entry", ELSEWHERE)
@pytest.mark.parametrize("deep", [False, True])
def test_what_would_be_fetched_is_refused_before_any_tool_runs(tmp_path: Path, entry: str, deep: bool) -> None:
    tree(tmp_path, "resources: [base]\n" if deep else entry + "\n")
    if deep:
        write(tmp_path, app__base__kustomization=entry + "\n")
    done = rendered(tmp_path, script(tmp_path, "kubectl", f"touch {tmp_path}/ran"))

    assert done.returncode == 2
    assert "from elsewhere; --allow-remote lets it" in done.stderr
    assert not (tmp_path / "ran").exists()


def test_what_kustomize_would_take_for_a_repository_is_refused_though_a_folder_is_called_so(tmp_path: Path) -> None:
    tree(tmp_path, "resources: [github.com/org/repo]\n")
    write(tmp_path, **{"app__github.com__org__repo__kustomization.yaml": "resources: []\n"})
    done = rendered(tmp_path, script(tmp_path, "kubectl", f"echo $2 >> {tmp_path}/built"))

    assert "app/kustomization.yaml: error: cannot be built" in done.stderr
    assert str(tmp_path / "app") not in (tmp_path / "built").read_text().splitlines()


def test_what_is_neither_here_nor_elsewhere_is_said_by_its_name(tmp_path: Path) -> None:
    tree(tmp_path, "resources: [gone.yaml]\n")
    done = rendered(tmp_path, script(tmp_path, "kubectl", "true"), "--allow-remote")

    assert "app/kustomization.yaml names gone.yaml, and there is no such file or folder" in done.stderr


def test_what_is_elsewhere_is_fetched_where_that_is_allowed(tmp_path: Path) -> None:
    tree(tmp_path, ELSEWHERE[0] + "\n")
    text = BAD.replace("'", '"')
    path = script(tmp_path, "kubectl", f"test -z \"$HTTPS_PROXY\" && cat <<'END'\n{text}END")

    assert "app/kustomization.yaml ELB101" in found(tmp_path, path, "--allow-remote")


def test_a_build_has_no_way_to_the_network_nor_to_a_cluster(tmp_path: Path) -> None:
    tree(tmp_path)
    names = ("HTTP_PROXY", "HTTPS_PROXY", "https_proxy", "GIT_ALLOW_PROTOCOL", "KUBECONFIG", "HELM_CONFIG_HOME")
    rendered(
        tmp_path, script(tmp_path, "kubectl", f"for n in {' '.join(names)}; do eval echo \\$$n; done > {tmp_path}/e")
    )
    told = (tmp_path / "e").read_text().splitlines()

    assert told[:5] == ["http://127.0.0.1:9", "http://127.0.0.1:9", "http://127.0.0.1:9", "none", os.devnull]
    assert not os.path.exists(told[5])


@pytest.mark.parametrize("charts", ["helmCharts: [{name: web}]", "helmChartInflationGenerator: [{chartName: web}]"])
def test_a_kustomization_that_inflates_charts_is_not_built(tmp_path: Path, charts: str) -> None:
    tree(tmp_path, charts + "\n")
    done = rendered(tmp_path, script(tmp_path, "kubectl", f"touch {tmp_path}/ran"), "--allow-remote")

    assert done.returncode == 2
    assert "kustomize build --enable-helm . | elbguard check -" in done.stderr
    assert not (tmp_path / "ran").exists()


def test_no_flag_of_kustomize_is_given_that_nobody_asked_for(tmp_path: Path) -> None:
    tree(tmp_path)
    path = script(tmp_path, "kustomize", f'echo "$@" > {tmp_path}/words')
    rendered(tmp_path, path)

    assert (tmp_path / "words").read_text().split() == ["build", str(tmp_path / "app")]
    rendered(tmp_path, path, "--load-restrictor", "LoadRestrictionsNone")
    assert (tmp_path / "words").read_text().split()[2:] == ["--load-restrictor=LoadRestrictionsNone"]


def test_kustomize_is_preferred_to_kubectl(tmp_path: Path) -> None:
    tree(tmp_path)
    script(tmp_path, "kustomize", f"touch {tmp_path}/one")
    rendered(tmp_path, script(tmp_path, "kubectl", f"touch {tmp_path}/other"))

    assert (tmp_path / "one").exists()
    assert not (tmp_path / "other").exists()


def test_kustomize_keeps_to_its_folder(tmp_path: Path) -> None:
    tree(tmp_path, "resources: [../other.yaml]\n")
    path = kustomizer(tmp_path)
    done = rendered(tmp_path, path)

    assert done.returncode == 2
    assert "kubectl says: " in done.stderr
    assert "other.yaml:6:30: error[ELB101]" in done.stdout, "what could not be built is judged as it is"
    assert found(tmp_path, path, "--load-restrictor", "LoadRestrictionsNone") == {"other.yaml:6:30 ELB101"}


def test_a_plugin_that_runs_a_program_is_never_run(tmp_path: Path) -> None:
    tree(tmp_path, "resources: [svc.yaml]\ntransformers: [t.yaml]\n")
    run = "config.kubernetes.io/function: 'exec: {path: ./run.sh}'"
    write(tmp_path, app__t=f"apiVersion: x/v1\nkind: T\nmetadata: {{name: t, annotations: {{{run}}}}}\n")
    (tmp_path / "app" / "run.sh").write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\ncat\n")
    (tmp_path / "app" / "run.sh").chmod(0o755)
    done = rendered(tmp_path, kustomizer(tmp_path))

    assert done.returncode == 2
    assert not (tmp_path / "ran").exists()


def test_a_chart_that_cannot_be_rendered_is_said_in_helms_words(tmp_path: Path) -> None:
    write(tmp_path, web__Chart="apiVersion: v2\nname: web\nversion: 0.1.0\n")
    write(tmp_path, web__templates__a='a: {{ required "give elb.id" .Values.id }}\n', other=BAD)
    done = rendered(tmp_path, helmsman(tmp_path))

    assert done.returncode == 2
    assert "web/Chart.yaml: error: cannot be built: helm says: " in done.stderr
    assert "give elb.id" in done.stderr
    assert "other.yaml:6:30: error[ELB101]" in done.stdout


def test_flags_about_builds_need_one(tmp_path: Path) -> None:
    tree(tmp_path)
    done = check("--values", "other.yaml", ".", cwd=tmp_path)

    assert done.returncode == 2
    assert "--values is about what is built: give --render too" in done.stderr


def test_a_values_file_that_is_not_there_is_said_before_anything_is_built(tmp_path: Path) -> None:
    tree(tmp_path)
    done = rendered(tmp_path, script(tmp_path, "kubectl", f"touch {tmp_path}/ran"), "--values", "gone.yaml")

    assert done.returncode == 2
    assert "gone.yaml" in done.stderr
    assert not (tmp_path / "ran").exists()


def test_a_kustomization_whose_aliases_stand_for_very_many_is_read_in_one_pass(tmp_path: Path) -> None:
    bomb = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40))
    tree(tmp_path, f"resources: [svc.yaml]\n{bomb}")
    done = rendered(tmp_path, script(tmp_path, "kubectl", f"touch {tmp_path}/ran"))

    assert done.returncode in (0, 1)
    assert (tmp_path / "ran").exists()


def test_what_a_tool_prints_and_nobody_can_read_is_said_of_what_was_built(tmp_path: Path) -> None:
    tree(tmp_path)
    done = rendered(tmp_path, script(tmp_path, "kubectl", "printf 'kind: Service\\nkind: [\\n'"))

    assert done.returncode == 2
    assert "app/kustomization.yaml: error: not valid YAML" in done.stderr
    assert "of what is rendered)" in done.stderr


def test_a_file_of_a_chart_that_is_a_link_to_a_device_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, web__Chart="apiVersion: v2\nname: web\nversion: 0.1.0\n", web__templates__svc=BAD)
    (tmp_path / "web" / "templates" / "endless.yaml").symlink_to("/dev/zero")
    prints = f"printf '# Source: web/templates/svc.yaml\\n'; cat {tmp_path}/web/templates/svc.yaml"

    assert found(tmp_path, script(tmp_path, "helm", prints)) == {"web/templates/svc.yaml:6:30 ELB101"}


@pytest.mark.parametrize(("minor", "is_old"), [("20+", True), ("35", False)])
def test_a_kubectl_that_is_too_old_is_said_to_be(tmp_path: Path, minor: str, is_old: bool) -> None:
    tree(tmp_path)
    version = f'echo \'{{"clientVersion": {{"minor": "{minor}"}}}}\''
    path = script(tmp_path, "kubectl", f"[ $1 = version ] && {version} || {{ echo no >&2; exit 1; }}")
    said = rendered(tmp_path, path).stderr

    assert "kubectl says: no" in said
    assert ("this kubectl is v1.20, kustomize or kubectl 1.21 or later knows more" in said) is is_old
