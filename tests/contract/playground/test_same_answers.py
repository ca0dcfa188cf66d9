"""Python for the browser says of manifests, to the letter, what the command says: run in Node.js, on many of them."""

import json
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from elbguard.playground.inquiry import answer
from tests.generators.casefile import all_documents
from tests.support.places import ROOT

EACH: Final = 40  # of so many cases one is asked: all would take a minute
SLIPS: Final = (
    "\t",
    "\n",
    " ",
    ":",
    "-",
    '"',
    "'",
    "{",
    "]",
    "#",
    "&a ",
    "*a ",
    "!!int ",
    "|\n",
    "? ",
    "\ufeff",
    "é😀",
)

pytestmark = pytest.mark.thorough


def flags(settings: dict[str, Any]) -> dict[str, str]:
    """Settings as the page's form gives them."""
    return {name.replace("_", "-"): _text(value) for name, value in settings.items()}


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}={level}" for name, level in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "true" if value is True else str(value)


def questions() -> list[dict[str, Any]]:
    """A part of all cases in their clusters, several in one text, samples, and texts that a hand slipped in."""
    chance = random.Random(15)  # noqa: S311 - no secret
    documents = all_documents(ROOT / "tests/cases")
    cases = [{"text": each.manifest, "settings": flags(each.settings)} for each in documents[::EACH]]
    texts = [each.manifest for each in documents]
    samples = [file.read_text(encoding="utf-8") for file in sorted(ROOT.glob("app/elbguard/demo/samples/*.yaml"))]
    together = ["---\n".join(texts[start : start + 12]) for start in range(0, 48, 12)]
    slipped = []
    for text in [*samples * 3, *chance.sample(texts, 40)]:
        at = chance.randrange(len(text))
        slipped.append(text[:at] + chance.choice(SLIPS) + text[at + chance.randrange(2) :])
    chinese = [{"text": text, "settings": {"lang": "zh"}} for text in samples]
    return [*cases, *chinese, *({"text": text, "settings": {}} for text in (*samples, *together, *slipped, "", "\x00"))]


def test_all_that_is_said_is_the_same(site: Path, tmp_path: Path) -> None:
    node = shutil.which("node")
    if not node:
        pytest.skip("the answers of Python for the browser are not compared: there is no Node.js")
    asked, given = questions(), tmp_path / "answers.json"
    (tmp_path / "questions.json").write_text(json.dumps(asked), encoding="utf-8")

    command = [
        node,
        str(Path(__file__).with_name("asked.mjs")),
        str(site),
        str(tmp_path / "questions.json"),
        str(given),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stderr or done.stdout)[-2000:]
    answers = json.loads(given.read_text(encoding="utf-8"))
    ours = [json.loads(answer(json.dumps(question))) for question in asked]

    differing = [(asked[n], said, ours[n]) for n, said in enumerate(answers) if json.loads(said) != ours[n]]
    assert differing == []
    assert len(asked) > 120
    assert sum(bool(said["mistakes"]) for said in ours) == 0
    assert sum(any(trouble["fatal"] for trouble in said["report"]["troubles"]) for said in ours) > 10
    assert sum(len(said["services"]) for said in ours) > 120
