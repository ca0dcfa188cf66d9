"""What a project file says under `clusters`: patterns of paths, each with settings of its own."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from elbguard.check.gitignore import BadPattern, Patterns, patterns
from elbguard.settings import Settings
from elbguard.settings_mistakes import BY_PATH, shown, written
from elbguard.settings_text import SettingsText, dashed
from elbguard_rules.core.nearest import nearest
from elbguard_rules.core.record import record

ALLOWED: Final = (
    *("cluster-version", "cluster-type", "proxy-mode", "profile", "node-ip", "cluster-id"),
    *("strict-names", "ignore", "severity", "default-class", "no-default"),
)


@record
class Branch:
    """A pattern, and what the file says of the paths that match."""

    pattern: str
    values: Mapping[str, Any]
    spec: Patterns
    place: str  # `file:line:column`

    def matches(self, path: str) -> bool:
        """Whether it is about an absolute path of a file."""
        return self.spec.says(path, folder=False) is True

    def over(self, text: SettingsText) -> SettingsText:
        """The text with what this says above what it says itself."""
        return text.overlaid((BY_PATH, self.pattern), self.values)


def branches(text: SettingsText, base: Path) -> tuple[tuple[Branch, ...], tuple[str, ...]]:
    """The branches of a file, in its order, and a sentence for each mistake; it lies in the folder `base`."""
    said = text.values.get(BY_PATH)
    if said is None:
        return (), ()
    if not isinstance(said, dict):
        example = "{prod/**: {cluster-version: v1.28.15-r0}}"
        found = f"{BY_PATH}: must be a map of patterns, such as {example}; found {shown(said)}"
        return (), (f"{text.at((BY_PATH,))}: {found}",)
    mistakes = [mistake for pattern, values in said.items() for mistake in _mistakes(text, pattern, values)]
    read = (
        Branch(
            pattern,
            _given(values),
            patterns(str(base), [pattern]),
            text.at((BY_PATH, pattern), name=True),
        )
        for pattern, values in said.items()
        if isinstance(values, dict) and not _wrong_pattern(pattern)
    )
    return tuple(read), tuple(mistakes)


def _given(values: Mapping[Any, Any]) -> dict[str, Any]:
    return {dashed(name): value for name, value in values.items() if value is not None and dashed(name) in ALLOWED}


def _mistakes(text: SettingsText, pattern: Any, values: Any) -> Iterator[str]:
    if wrong := _wrong_pattern(pattern):
        yield f"{text.at((BY_PATH, pattern), name=True)}: {BY_PATH}: {wrong}"
    elif values is not None and not isinstance(values, dict):
        example = "{cluster-version: v1.28.15-r0}"
        wrong = f"must be a map, such as {example}; found {shown(values)}"
        yield f"{text.at((BY_PATH, pattern))}: {written((BY_PATH, pattern))}: {wrong}"
    else:
        for name in values or ():
            if dashed(name) not in ALLOWED:
                place = text.at((BY_PATH, pattern, name), name=True)
                yield f"{place}: {written((BY_PATH, pattern))}.{_wrong_name(name)}"


def _wrong_pattern(pattern: Any) -> str:
    if not isinstance(pattern, str) or not pattern.strip() or pattern.startswith("#"):
        return f"{shown(pattern)} is no pattern of paths, such as prod/**"
    if pattern.startswith("!"):
        return f"{shown(pattern)} cannot turn a pattern round: write what is to match, the last that matches counts"
    if pattern.startswith("./"):
        return f"{shown(pattern)} matches nothing: patterns count from this folder, write {pattern[2:] or '**'}"
    if ".." in pattern.split("/"):
        return f"{shown(pattern)} matches nothing: patterns reach no higher than the folder of this file"
    try:
        patterns("", [pattern])
    except BadPattern as error:
        return str(error)
    return ""


def _wrong_name(name: Any) -> str:
    if not isinstance(name, str):
        return f"{shown(name)} is no setting: there are {', '.join(ALLOWED)}"
    if name.replace("-", "_") in Settings.model_fields or dashed(name) == BY_PATH:
        return f"{dashed(name)} holds for all paths: write it at the top of the file"
    close = nearest(name.casefold().replace("_", "-"), ALLOWED)
    return f"{name} is no setting" + (f", did you mean {close}?" if close else f": there are {', '.join(ALLOWED)}")
