"""Examples: what `rules/elbguard_rules/examples.json` holds about a rule, read once and only when somebody asks."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

ALWAYS: Final = "heed-ignore"  # a setting of the webhook; `elbguard check` always does it


@dataclass(frozen=True, slots=True)
class Example:
    """A manifest and what becomes of it.

    `verdict` is denied, warned or admitted; `before` the old object of an update, "" for a creation; `flags` what
    `elbguard check` needs to be told for this verdict; `lines` the lines to blame, from 1; `messages` what it says.
    """

    verdict: str
    title: str
    manifest: str
    before: str
    flags: tuple[str, ...]
    lines: tuple[int, ...] = ()
    messages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """What a rule's examples show: the two manifests, the places blamed, the facts needed, and when the rule speaks.

    `when` holds what tests/generators/conditions.py finds out: class, type, proxy-mode, profile, before, from.
    """

    denied: Example
    admitted: Example
    blames: tuple[str, ...]
    needs: tuple[str, ...]
    when: Mapping[str, Any]


@cache
def examples() -> dict[str, Shown]:
    """The examples by rule id."""
    raw = json.loads(files("elbguard_rules").joinpath("examples.json").read_text(encoding="utf-8"))
    return {rule: _shown(entry) for rule, entry in raw.items()}


def _shown(entry: Mapping[str, Any]) -> Shown:
    return Shown(
        _example(entry["denied"]),
        _example(entry["admitted"]),
        tuple(entry["blames"]),
        tuple(entry["needs"]),
        entry["when"],
    )


def _example(raw: Mapping[str, Any]) -> Example:
    return Example(
        raw.get("verdict", "admitted"),
        raw["title"],
        raw["manifest"],
        raw["before"],
        tuple(_flags(raw)),
        tuple(raw.get("lines", ())),
        tuple(raw.get("messages", ())),
    )


def _flags(raw: Mapping[str, Any]) -> list[str]:
    cluster = {f"cluster-{name}" if name in ("version", "type") else name: v for name, v in raw["cluster"].items()}
    policy = {name: value for name, value in raw["policy"].items() if name != ALWAYS}
    found: list[str] = []
    for name, value in (cluster | policy).items():
        if value is True:
            found.append(f"--{name}")
            continue
        values = [f"{k}={v}" for k, v in value.items()] if isinstance(value, dict) else value
        for each in values if isinstance(values, list) else [values]:
            found += [f"--{name}", str(each)]
    return found
