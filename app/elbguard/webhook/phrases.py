"""Phrases: what an answer says besides its findings, in each language, and how a long warning is made shorter in it."""

import re
from dataclasses import dataclass
from typing import Final

from elbguard.languages import Language


@dataclass(frozen=True, slots=True)
class Phrases:
    """The sentences of a refusal and of warnings.

    `shorter` are patterns of what may be left out of a detail where there is little room, with what is put instead;
    `clause` ends the first clause of one.
    """

    one_problem: str
    problems: str
    more: str
    more_places: str
    one_more_problem: str
    more_problems: str
    more_warnings: str
    refused: str
    too_rich: str
    not_filled: str
    not_checked: str
    not_judged: str
    put_back: str
    taken_back: str
    fixed: str
    defaulted: str
    shorter: tuple[tuple[re.Pattern[str], str], ...]
    clause: re.Pattern[str]


ENGLISH: Final = Phrases(
    one_problem="1 problem in {service}: {line}",
    problems="{number} problems in {service}: {places}",
    more="and {number} more",
    more_places=" and {number} more",
    one_more_problem="; and 1 more problem",
    more_problems="; and {number} more problems",
    more_warnings="and {number} more warnings",
    refused=" would be refused",
    too_rich="{service}: holds more values than any Service that works: make it smaller",
    not_filled="nothing was filled in: too long to send back",
    not_checked="not checked, elbguard had an internal error",
    not_judged="rule {rule} could not judge it: an internal error of elbguard",
    put_back="{key} was put back: {why}",
    taken_back="{key} went too: it had been filled in",
    fixed="it cannot change after creation",
    defaulted="absent, it gets its default",
    shorter=(
        (re.compile(r",? (?:such as|as in) .*$"), ""),
        (re.compile(r", this one is \S+$|, which has .*$| \([^()]*\)$"), ""),
        (re.compile(r": kubernetes\.io/elb\.class performance$"), ""),
        (re.compile(r"a cluster of (?=v[0-9])|kubernetes\.io/"), ""),
        (re.compile(r", between (\S+) and (\S+)"), r", \1 to \2"),
    ),
    clause=re.compile(r"[:;] |, (?=and|but|or|so|which|yet|for|as|a )"),
)
CHINESE: Final = Phrases(
    one_problem="{service} 有 1 个问题: {line}",
    problems="{service} 有 {number} 个问题: {places}",
    more="另有 {number} 个",
    more_places=" 以及另外 {number} 处",
    one_more_problem="；另有 1 个问题",
    more_problems="；另有 {number} 个问题",
    more_warnings="另有 {number} 条警告",
    refused=" 将被拒绝",
    too_rich="{service}: 其中的值比任何可用的 Service 都多，请精简",
    not_filled="未填充默认值: 内容过长，无法返回",
    not_checked="未检查，elbguard 发生内部错误",
    not_judged="规则 {rule} 无法判断: elbguard 发生内部错误",
    put_back="{key} 已恢复: {why}",
    taken_back="{key} 已一并移除: 原为自动填充",
    fixed="创建后不能修改",
    defaulted="未填写时取默认值",
    shorter=(
        (re.compile(r"，(?:例如|如) ?.*$"), ""),
        (re.compile(r"，当前(?:集群)?为 \S+$|（[^（）]*）$"), ""),
        (re.compile(r"（kubernetes\.io/elb\.class performance）$"), ""),
        (re.compile(r"kubernetes\.io/"), ""),
    ),
    clause=re.compile(r"[：；]|: |，(?=但|或|因此|否则|并|请|而)"),
)
_PHRASES: Final[dict[Language, Phrases]] = {"en": ENGLISH, "zh": CHINESE}


def phrases(language: Language) -> Phrases:
    """The phrases of a language."""
    return _PHRASES[language]
