"""What guides tell to type exists, in every language the same, and what they take from elsewhere is there."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click
import pytest

from elbguard.cli import elbguard
from tests.site.building import SOURCES
from tests.site.kubectl import transcript
from tests.site.language import CHINESE, ENGLISH, LANGUAGES, Language
from tests.site.sections import NoSection, Sections, headings
from tests.support.places import ROOT

_BLOCK: Final = re.compile(r"^``` ?\{?[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CHINESE: Final = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")
_PATH: Final = re.compile(r"\b(?:manifests|app|rules)/[\w./-]*[\w-]")
WRITTEN: Final = {
    f"{language.code}/{file.relative_to(ROOT / SOURCES / language.code)}": file.read_text(encoding="utf-8")
    for language in LANGUAGES
    for file in sorted((ROOT / SOURCES / language.code).rglob("*.md"))
}
SECTIONS: Final = Sections.of({name.partition("/")[2]: guide for name, guide in WRITTEN.items()}, ROOT)
GUIDES: Final = {name: SECTIONS.complete(guide) for name, guide in WRITTEN.items()}
ELSEWHERE: Final = {"Try it", "What is checked", "More"}  # what the first page, or the reference, says


def _typed(guide: str) -> Iterator[str]:
    """The lines of all blocks, without comments."""
    for block in _BLOCK.findall(guide):
        for line in block.splitlines():
            if text := re.sub(r"(^|\s)#(?! elbguard:| yaml-language).*", "", line).rstrip():
                yield text


def _commands(guide: str) -> Iterator[list[str]]:
    """The words behind `elbguard` of each command."""
    for line in _typed(guide):
        for part in re.split(r" \| | && ", line.removeprefix("$ ")):
            if part.startswith("elbguard "):
                yield shlex.split(part)[1:]


def _command(words: list[str]) -> tuple[click.Command, list[str]]:
    """The verb that is called, with the words behind it."""
    found: click.Command = elbguard
    while isinstance(found, click.Group):
        verb = found.commands.get(words[0])
        assert verb, f"elbguard has no verb {words[0]}"
        found, words = verb, words[1:]
    return found, words


@pytest.mark.parametrize("name", GUIDES)
def test_every_command_has_the_verb_and_the_flags_that_are_shown(name: str) -> None:
    for command in _commands(GUIDES[name]):
        verb, words = _command(command)
        known = {option for parameter in verb.params for option in (*parameter.opts, *parameter.secondary_opts)}
        flags = {word.partition("=")[0] for word in words if word.startswith("-") and word != "-"}
        assert flags <= known, command


def test_there_are_commands_to_try() -> None:
    assert {command[0] for guide in GUIDES.values() for command in _commands(guide)} >= {
        "audit", "check", "doctor", "explain", "fix", "generate", "replay", "serve",
    }  # fmt: skip


@pytest.mark.parametrize("name", GUIDES)
def test_every_file_and_folder_of_the_repository_that_is_named_exists(name: str) -> None:
    named = {path for line in _typed(GUIDES[name]) for path in _PATH.findall(line)}
    assert {path for path in named if not (ROOT / path).exists()} <= {"manifests"}


@pytest.mark.parametrize("name", [name for name in GUIDES if name.startswith(f"{CHINESE.code}/")])
def test_the_chinese_guide_has_the_english_ones_commands(name: str) -> None:
    english = set(_typed(GUIDES[name.replace(f"{CHINESE.code}/", f"{ENGLISH.code}/", 1)]))
    assert [line for line in _typed(GUIDES[name]) if line not in english and not _CHINESE.search(line)] == []


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_the_first_page_shows_what_kubectl_prints(language: Language) -> None:
    manifest = (Path(__file__).parent / "checkout.yaml").read_text(encoding="utf-8")
    printed = transcript({"manifest": manifest, "before": "", "cluster": {}, "policy": {}}, language.code)
    assert printed.replace("service.yaml", "checkout.yaml") in GUIDES[f"{language.code}/index.md"]


def test_a_section_is_what_stands_below_its_heading(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "# A\n\n## One\n\nfirst\n\n```\n# no heading\n```\n\n### Deep [x](b.md#c)\n\n## Two\n\nsecond ELB101\n", "utf-8"
    )
    assert Sections(tmp_path).complete("# G\n\n<!-- section a.md: One -->\n") == (
        "# G\n\nfirst\n\n```\n# no heading\n```\n\n## Deep x"
    )
    assert Sections(tmp_path).complete("<!-- section a.md: Two -->") == "second [ELB101](../rules/ELB101.md)"


def test_what_a_guide_names_leads_to_its_page_and_bold_beginnings_are_headings(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A\n\n**GitHub.** Mind `elb.autocreate.type`.\n\n| `elb.class` | `x` |\n", "utf-8")
    assert Sections(tmp_path).complete("<!-- section a.md -->") == (
        "## GitHub\n\nMind [`elb.autocreate.type`](../annotations/elb.autocreate.md#type).\n\n"
        "| [`elb.class`](../annotations/elb.class.md) | `x` |"
    )


def test_the_rest_of_a_section_is_what_no_guide_shows(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "# A\n\n## One\n\nfirst\n\n### Deep, down\n\nd [o](#one)\n\n#### More\n\n"
        "### Last\n\nl [d](#deep-down) [x](#x)\n",
        "utf-8",
    )
    guides = {"g/one.md": "<!-- rest a.md: One -->", "g/deep.md": "## Deep, down\n\n<!-- section a.md: Deep, down -->"}
    sections = Sections.of(guides, tmp_path)
    assert sections.complete(guides["g/one.md"]) == "first\n\n## Last\n\nl [d](../g/deep.md#deep-down) x"
    assert sections.complete(guides["g/deep.md"]) == "## Deep, down\n\nd [o](../g/one.md)\n\n## More"


def test_all_that_the_readme_says_is_on_the_site() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    wanted = set(re.findall(r"<!-- (?:section|rest) README\.md: (.+?) -->", "".join(WRITTEN.values())))
    assert set(headings(readme, 2)) - wanted == ELSEWHERE, "let a guide of docs/site/en show the section"


def test_a_section_that_is_not_there_is_an_error_that_names_those_that_are(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A\n\n## One\n", "utf-8")
    with pytest.raises(NoSection, match=r"a\.md has no heading 'Three', but A, One"):
        Sections(tmp_path).complete("<!-- section a.md: Three -->")


def test_links_of_a_section_lead_to_pages_to_the_repository_or_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# A\n\n[r](rules/README.md) [l](LICENSE) [e](https://e.example)\n", "utf-8")
    guide = "<!-- section README.md -->"
    assert Sections(tmp_path).complete(guide) == "[r](../rules/index.md) l [e](https://e.example)"
    assert "[l](https://git.example.com/x/LICENSE)" in Sections(tmp_path, "https://git.example.com/x").complete(guide)
