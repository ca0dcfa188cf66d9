"""What check and fix cost grows no faster than the text: counted in calls, and bounded where C goes through it.

A command that takes more processor time than CPU seconds is killed by the kernel. Work in the square of these texts
takes minutes to hours, work in line with them a few seconds: the bound is no measure, it tells the two apart.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Callable
from cProfile import Profile
from pathlib import Path
from typing import Final

import pytest

from elbguard.check.judge import Judge
from elbguard.fix.fixing import fixed
from elbguard.settings import Settings
from tests.contract.test_switched_off import BAD
from tests.support.places import environment

pytestmark = pytest.mark.thorough

CPU = 30  # seconds
ITEM = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web", "annotations": {"kubernetes.io/elb.class": "nope"}},
    "spec": {"type": "LoadBalancer", "selector": {"a": "b"}, "ports": [{"port": 80}]},
}
HEAD, TAIL = BAD.split("    kubernetes.io/elb.class: nope\n")
ITEMS = "".join("- " + BAD.replace("\n", "\n  ").rstrip(" ") for _ in range(1))
MANY: Final[dict[str, Callable[[int], str]]] = {
    "one line of JSON": lambda n: json.dumps({"apiVersion": "v1", "kind": "List", "items": [ITEM] * n}),
    "a list": lambda n: "apiVersion: v1\nkind: List\nitems:\n" + ITEMS * n,
    "comments": lambda n: "kind: List\nitems:\n" + ITEMS.replace("nope", "nope # elbguard: ignore[ELB101] ours") * n,
    "a key given twice each": lambda n: (
        "kind: List\nitems:\n" + ITEMS.replace("  name: web", "  name: a\n    name: b") * n
    ),
    "a byte order mark": lambda n: "\ufeff" + f"{BAD}---\n" * n,
    "templates": lambda n: "kind: Service\na: {{ x }}\n---\n" * n + BAD,
    "cures": lambda n: f"{BAD.replace('nope', 'Union')}---\n" * n,
}
LARGE = {
    "blanks in a source": lambda: f"# Source: x{' ' * 1_000_000}y\n{BAD}",
    "blanks before a source": lambda: f"{' ' * 1_000_000}# Source\n{BAD}",
    "escaped quotes": lambda: "kind: x: {{\na: " + '\\"' * 500_000,
    "quotes": lambda: "kind: x: y\na: " + "'x\\\"" * 300_000,
    "a key again and again": lambda: HEAD + "    a: b\n" * 20_000 + TAIL,
    "our key again and again": lambda: HEAD + "    kubernetes.io/elb.class: nope\n" * 15_000 + TAIL,
    "blank lines of Windows": lambda: (
        HEAD + "    kubernetes.io/elb.autocreate:\n      a: b\n" + "\n" * 100_000 + TAIL
    ).replace("\n", "\r\n"),
    "marks of comments": lambda: BAD + "# " * 500_000 + "elbguard",
    "a comment of many rules": lambda: f"{BAD}# elbguard: ignore[{'a,' * 100_000}!] x\n",
    "byte order marks": lambda: "\ufeff" * 100_000 + BAD,
    "one line": lambda: json.dumps({"apiVersion": "v1", "kind": "List", "items": [ITEM] * 1000}),
}


def _calls(name: str, number: int, *, fix: bool) -> int:
    text = MANY[name](number)
    counting = Profile()
    counting.enable()
    try:
        if fix:
            fixed(text, Settings(), file="a.yaml")
        else:
            Judge(Settings()).judge(text, "a.yaml")
    finally:
        counting.disable()
    return sum(each.callcount for each in counting.getstats())


@pytest.mark.parametrize("fix", [False, True])
@pytest.mark.parametrize("name", MANY)
def test_four_times_the_text_is_at_most_five_times_the_work(name: str, fix: bool) -> None:
    _calls(name, 2, fix=fix)  # what is remembered of the words is no part of it

    assert _calls(name, 80, fix=fix) <= 5 * _calls(name, 20, fix=fix)


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU, CPU))


@pytest.mark.parametrize("name", LARGE)
@pytest.mark.parametrize("words", [("check", "a.yaml"), ("fix", "a.yaml")], ids=lambda words: words[0])
def test_a_large_text_is_done_before_the_kernel_ends_it(name: str, words: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(LARGE[name](), encoding="utf-8", newline="")

    done = subprocess.run(
        [sys.executable, "-m", "elbguard", *words],
        cwd=tmp_path,
        env=environment(),
        preexec_fn=_bounded,
        capture_output=True,
        check=False,
    )
    assert done.returncode in (0, 1, 2), "killed: too much work"
    assert b"Traceback" not in done.stderr
