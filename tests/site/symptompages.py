"""The page of a symptom, or of what is elbguard's own: what it means, and what to look at."""

from elbguard.explain.markdown import titled
from elbguard_rules.catalogue.topic import Topic
from elbguard_rules.guard import RULES
from tests.site import prose
from tests.site.annotationpages import rules
from tests.site.language import Language


def render(about: Topic, language: Language) -> str:
    """The whole page as Markdown."""
    words, says = language.words, language.says
    lines = [f"# {prose.plain(titled(about, says))}", "", prose.linked(says(about.says), about.name), ""]
    if about.steps:
        lines += [f"## {words.look}", ""]
    for number, step in enumerate(about.steps, start=1):
        must, otherwise = (prose.linked(says(text), about.name) for text in (step.must, step.otherwise))
        lines.append(f"{number}. **{must}** {otherwise}")
    if about.example:
        lines += ["", f"## {words.example}", "", prose.fenced(about.example, "yaml"), ""]
    lines += ["", *rules((RULES[id_] for id_ in about.rules), language)]
    source = f"{prose.document(about.source.document)}, {prose.plain(about.source.section)}"
    lines += [prose.minor(words.source), "", source, ""]
    return "\n".join([*lines, words.in_terminal.format(command=f"elbguard explain {about.name}"), ""])
