"""The shell completes verbs, flags, choices, and what can be explained."""

from pathlib import Path

import pytest

from tests.support.command import elbguard, ran
from tests.support.places import ROOT


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_has_its_script(shell: str) -> None:
    script = elbguard(_ELBGUARD_COMPLETE=f"{shell}_source").stdout

    assert f"_ELBGUARD_COMPLETE={shell}_complete" in script


def test_bash_offers_what_the_script_that_the_readme_tells_to_load_gives_it() -> None:
    words = ["elbguard", "check", "--fail-on", ""]
    script = (
        'eval "$(_ELBGUARD_COMPLETE=bash_source elbguard)"\n'
        f"COMP_WORDS=({' '.join(repr(word) for word in words)}) COMP_CWORD={len(words) - 1}\n"
        f"_elbguard_completion elbguard {words[-1]!r} {words[-2]!r}\n"
        'printf "%s\\n" "${COMPREPLY[@]}"\n'
    )

    assert ran("bash", "--noprofile", "--norc", "-c", script).stdout.split() == ["error", "warning"]


def completed(line: str, **variables: str) -> list[str]:
    """What is offered for the last word of a line, or for a new one behind a blank."""
    cword = str(line.count(" "))
    asked = {"COMP_WORDS": line, "COMP_CWORD": cword, "_ELBGUARD_COMPLETE": "bash_complete", **variables}
    done = elbguard(cwd=ROOT, stdin="", **asked)
    return [item.partition(",")[2] for item in done.stdout.split()]


def test_completes_verbs() -> None:
    assert completed("elbguard ch") == ["check"]
    assert completed("elbguard ini") == ["init"]
    assert {"check", "explain", "fix", "replay", "serve"} <= set(completed("elbguard "))


def test_completes_contexts_of_the_kubeconfig(tmp_path: Path) -> None:
    kubeconfig = tmp_path / "config"
    kubeconfig.write_text("contexts: [{name: staging}, {name: production}, {name: preview}]\n")

    assert completed("elbguard audit --context p", KUBECONFIG=str(kubeconfig)) == ["preview", "production"]
    assert completed(f"elbguard audit --kubeconfig {kubeconfig} --context s", KUBECONFIG="") == ["staging"]
    assert completed("elbguard audit --format js") == ["json"]


def test_completes_what_can_be_explained() -> None:
    assert completed("elbguard explain ELB10") == [
        "ELB101", "ELB102", "ELB103", "ELB104", "ELB105", "ELB106", "ELB108", "ELB109",
    ]  # fmt: skip
    assert completed("elbguard explain elb.lb") == ["elb.lb-algorithm"]


def test_completes_files() -> None:
    """For these the script lets the shell itself complete."""
    offered = [
        elbguard(COMP_WORDS=line, COMP_CWORD="2", _ELBGUARD_COMPLETE="bash_complete").stdout.split()
        for line in ("elbguard check ", "elbguard fix man")
    ]

    assert offered == [["file,"], ["file,man"]]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("check --cluster-v", ["--cluster-version"]),
        ("check --cluster-type t", ["turbo"]),
        ("init --cluster-type a", ["autopilot"]),
        ("replay asked.jsonl --format ", ["text", "json"]),
        ("check --format s", ["short", "sarif"]),
        ("check --ignore ELB95", ["ELB951", "ELB952"]),
        ("check --ignore elb-95", []),
        ("fix --ignore unknown-clas", ["unknown-class"]),
        ("check --severity ELB95", ["ELB951=", "ELB952="]),
        ("check --severity ELB951", ["ELB951=error", "ELB951=warning", "ELB951=off"]),
        ("check --severity ELB951=", ["ELB951=error", "ELB951=warning", "ELB951=off"]),
        ("check --severity ELB951=w", ["ELB951=warning"]),
        ("serve --no-default elb.lb", ["elb.lb-algorithm"]),
        ("generate policy --severity unknown-class=o", ["unknown-class=off"]),
    ],
)
def test_completes_values_of_flags(line: str, offered: list[str]) -> None:
    assert completed(f"elbguard {line}") == offered
