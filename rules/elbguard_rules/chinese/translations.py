"""Translations: the Chinese sentences of rules and annotations, read from files when somebody asks for them."""

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from elbguard_rules.core.rule import Rule


@dataclass(frozen=True, slots=True)
class Translation:
    """What a rule says, the cure, and the reason where there is one. `of` is the fingerprint of the English."""

    says: str
    fix: str
    why: str = ""
    of: str = ""


def fingerprint(rule: Rule) -> str:
    """Eight hexadecimal digits that are others once an English sentence of the rule has changed."""
    return sha256("\0".join((rule.says, rule.fix, rule.why)).encode()).hexdigest()[:8]


def rule_text(rule: Rule) -> Translation:
    """A rule's sentences in Chinese; in English those of a rule that has no translation, which a test forbids."""
    return texts(rule.id[3]).get(rule.id) or Translation(rule.says, rule.fix, rule.why)


@cache
def rule(of: Rule) -> Rule:
    """The same rule (id, name, severity, source) with its sentences in Chinese."""
    text = rule_text(of)
    return replace(of, says=text.says, fix=text.fix, why=text.why)


@cache
def texts(hundred: str) -> dict[str, Translation]:
    """The texts of the rules of one hundred by id: those of ELB2nn for "2"."""
    return {id_: Translation(**entry) for id_, entry in table(f"elb{hundred}00.toml").items()}


@cache
def about(key: str) -> str:
    """What an annotation is for, by its key; empty where nobody has said it in Chinese."""
    found: str = table("annotations.toml")["purposes"].get(key, "")
    return found


def sentence(text: str) -> str | None:
    """A sentence of the catalogue (a symptom, a fact, a reading) in Chinese; None where it has no translation."""
    found: str | None = table("catalogue.toml").get(text)
    return found


@cache
def table(file: str) -> dict[str, Any]:
    """A file of this package."""
    return tomllib.loads(files(__package__).joinpath(file).read_text(encoding="utf-8"))
