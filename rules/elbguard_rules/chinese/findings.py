"""Findings in Chinese: the kind of mistake and the detail; place, value and id stay as they are."""

import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

from elbguard_rules.chinese import translations
from elbguard_rules.chinese.phrasebook import Phrasebook
from elbguard_rules.core.finding import Finding
from elbguard_rules.core.problem import Kind

_PRINTED: Final = re.compile(r"(?P<place>\S+): (?P<said>.*?)(?P<rule> \[ELB\d{3}\])", re.DOTALL)
_COLON: Final = re.compile(": ")
_LABELS: Final = {
    Kind.REQUIRED: "缺少必填值",
    Kind.INVALID: "无效值",
    Kind.NOT_SUPPORTED: "不支持的值",
    Kind.FORBIDDEN: "不允许",
    Kind.DUPLICATE: "重复值",
    Kind.TOO_LONG: "过长",
}


@dataclass(frozen=True)
class ChineseFinding(Finding):
    """A finding for a reader of Chinese: rule and detail are translated when somebody reads them.

    Where a detail has no translation, the rule's Chinese sentence stands in front of it, so that nothing is lost.
    """

    @property
    def label(self) -> str:
        """The kind of mistake in Chinese."""
        return _LABELS[self.problem.kind]

    @cached_property
    def detail(self) -> str:
        """What is allowed, or what to do."""
        if not self.problem.detail:
            return ""
        return detail(self.problem.detail) or f"{self.rule.says.removesuffix('。')}（{self.problem.detail}）"

    @cached_property
    def brief(self) -> str:
        """The same in few words; empty where there are no others."""
        return detail(self.problem.brief) or ""


def finding(found: Finding) -> Finding:
    """The same finding, in Chinese."""
    return ChineseFinding(translations.rule(found.rule), found.problem, found.severity)


def detail(text: str) -> str | None:
    """What is said about one mistake, in Chinese; None where there is no phrase for it."""
    return details().said(text)


def message(text: str) -> str | None:
    """A finding as it is printed, `PLACE: Invalid value: 0: must be ... [ELB206]`, in Chinese; None where it is none.

    What stands between the kind of mistake and its detail is the value, which may have colons in it.
    """
    match = _PRINTED.fullmatch(text)
    if not match:
        return None
    kind = next((kind for kind in Kind if match["said"].startswith(f"{kind.label}: ")), None)
    said = match["said"].removeprefix(f"{kind.label}: ") if kind else match["said"]
    for start in (0, *(colon.end() for colon in _COLON.finditer(said))):
        if told := detail(said[start:]):
            return f"{match['place']}: {f'{_LABELS[kind]}: ' if kind else ''}{said[:start]}{told}{match['rule']}"
    return None


@cache
def details() -> Phrasebook:
    """The phrases for details."""
    found = translations.table("details.toml")
    return Phrasebook(found["details"], found["parts"])
