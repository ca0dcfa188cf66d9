"""SECURITY.md: every control has its tests, and they exist."""

import ast
import re
from functools import cache
from typing import Final

from tests.support.places import ROOT
from tests.support.trying import each_of

TEXT: Final = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
_, _, REST = TEXT.partition("\n## Threats and controls\n")
CONTROLS, _, _ = REST.partition("\n## ")
THREATS: Final = dict(re.findall(r"(?m)^### (.+)\n((?:(?!### ).*\n?)*)", CONTROLS))
CITED: Final = sorted(set(re.findall(r"`(tests/[\w./]+\.py(?:::\w+)?)`", TEXT)))


@cache
def names_in(file: str) -> frozenset[str]:
    """The names of a file's tests."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(function.name for function in functions if function.name.startswith("test_"))


@each_of(CITED)
def test_every_test_that_is_named_exists(cited: str) -> None:
    file, _, name = cited.partition("::")

    assert (ROOT / file).is_file()
    assert name in names_in(file)


@each_of(THREATS)
def test_every_control_of_a_threat_names_a_test(threat: str) -> None:
    controls = re.split(r"(?m)^- ", THREATS[threat])[1:]

    assert controls
    for control in controls:
        assert re.search(r"`tests/[\w./]+\.py::test_\w+`", control), control


def test_there_are_threats_and_a_way_to_report_others() -> None:
    assert len(THREATS) > 5
    assert "`SECURITY_CONTACT`, which stands for" in TEXT
