"""Findings in Chinese: the kind of mistake and the detail; place, value and id stay as they are."""

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

from elbguard_rules.chinese import translations
from elbguard_rules.chinese.phrasebook import Phrasebook
from elbguard_rules.core.finding import Finding
from elbguard_rules.core.problem import Kind

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


@cache
def details() -> Phrasebook:
    """The phrases for details."""
    found = translations.table("details.toml")
    return Phrasebook(found["details"], found["parts"])
