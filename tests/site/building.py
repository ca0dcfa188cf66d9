"""Building: lays a folder of Markdown for each language, and lets Zensical make pages of it."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

from elbguard.explain import topics
from elbguard_rules.guard import ANNOTATIONS, RULES
from tests.site import annotationpages, listings, prose, rulepages, symptompages
from tests.site.language import LANGUAGES, Language
from tests.site.navigation import navigation
from tests.site.sections import Sections

SOURCES: Final = "docs/site"
_COLOURS: Final = re.compile(r"\x1b\[[\d;]*m")


class BuildError(Exception):
    """The site could not be built; Zensical's own words say why."""


def build(root: Path, out: Path, languages: tuple[Language, ...], playground: Path | None = None) -> None:
    """Build the site of the project at `root` into the folder `out`, which is made anew. Raises BuildError.

    `playground` is a folder with a page that is ready, which gets a place in the site and in its menu.
    """
    shutil.rmtree(out, ignore_errors=True)
    for language in languages:
        project = out.with_name(f"{out.name}-{language.code}")
        shutil.rmtree(project, ignore_errors=True)
        lay(root, project, language, playground is not None)
        _make(project)
        shutil.move(project / "site", out / language.folder)
    if playground:
        shutil.copytree(playground, out / "playground")


def lay(root: Path, project: Path, language: Language, has_playground: bool) -> None:
    """Write what Zensical makes pages of: the configuration, the pages, the theme."""
    sources, docs = root / SOURCES, project / "docs"
    shutil.copytree(sources / language.code, docs)
    shutil.copytree(sources / "theme", project / "theme")
    shutil.copytree(sources / "assets", docs / "assets")
    settings: dict[str, Any] = yaml.safe_load((sources / "zensical.yml").read_text(encoding="utf-8"))
    guides = {file: file.read_text(encoding="utf-8") for file in docs.glob("*/*.md")}
    named = {file.relative_to(docs).as_posix(): text for file, text in guides.items()}
    sections = Sections.of(named, root, settings["extra"]["repository"])
    for file, text in guides.items():
        file.write_text(sections.complete(text), encoding="utf-8")
    for name, text in pages(language):
        file = docs / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    settings["theme"]["language"] = language.code
    settings["extra"]["alternate"] = [
        {"name": other.name, "lang": other.code, "link": _between(language, other)} for other in LANGUAGES
    ]
    settings["nav"] = navigation(language, docs, has_playground)
    (project / "mkdocs.yml").write_text(yaml.safe_dump(settings, sort_keys=False, allow_unicode=True), "utf-8")


def _between(language: Language, other: Language) -> str:
    """How the folder of another language is reached from that of the first one."""
    return "" if language is other else f"{'../' if language.folder else ''}{other.folder and f'{other.folder}/'}"


def pages(language: Language) -> Iterator[tuple[str, str]]:
    """The pages that are made of the rules: the name and the Markdown of each."""
    yield "rules/index.md", listings.rules(language)
    yield "rules/severity.md", listings.severities(language)
    yield "annotations/index.md", listings.annotations(language)
    yield "symptoms/index.md", listings.symptoms(language)
    yield from ((f"rules/{rule.id}.md", rulepages.render(rule, language)) for rule in RULES.values())
    for owner in ANNOTATIONS:
        yield f"annotations/{prose.annotation_file(owner.key)}", annotationpages.render(owner, language)
    for topic in topics.TOPICS:
        yield f"symptoms/{prose.topic_file(topic)}", symptompages.render(topic, language)


def _make(project: Path) -> None:
    command = [sys.executable, "-m", "zensical", "build", "--clean", "--strict", "--config-file", "mkdocs.yml"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stdout + done.stderr.partition("Traceback")[0] + done.stderr.rstrip().rpartition("\n")[2]
        raise BuildError(_COLOURS.sub("", said))
