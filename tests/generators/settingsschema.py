"""The JSON Schema of settings, `app/elbguard/settings.schema.json`: what .elbguard.yaml and --config may say.

It says what the reader takes, for editors, of values that are written as YAML 1.2 reads them. Names may also have
underscores, which no editor need propose.
"""

import json
from pathlib import Path
from typing import Any, Final, get_args

import click

from elbguard.branches import ALLOWED
from elbguard.languages import Language
from elbguard.modes import Mode
from elbguard.settings import DEFAULTS, Settings
from elbguard.settings_mistakes import BY_PATH
from elbguard.verbs.reading_flags import reading
from elbguard.verbs.settings_flags import judging
from elbguard_rules.core.facts import ClusterType, Profile, ProxyMode
from elbguard_rules.core.problem import Severity
from elbguard_rules.guard import RULES
from tests.generators.jsonschemas import DRAFT

FILE: Final = "app/elbguard/settings.schema.json"
_VERSION: Final = r"^\s*v?\d{1,5}\.\d{1,5}(\.\d{1,5})?(-r\d{1,9}(\.\d+)*)?([-+].*)?\s*$"
_ID: Final = f"^[Ee][Ll][Bb]({'|'.join(each.removeprefix('ELB') for each in RULES)})$"  # in capitals or not
_DEFAULT: Final = rf"(kubernetes\.io/)?({'|'.join(DEFAULTS)})".replace("elb.", r"elb\.")
_TEXT: Final = {"type": "string"}


def render(root: Path) -> str:
    """The schema as text."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def schema() -> dict[str, Any]:
    """The schema of a settings file."""
    says = _said()
    fields = [name.replace("_", "-") for name in Settings.model_fields]
    by_path = {
        "description": "What is different below paths: patterns as in .gitignore, which count from the folder of this"
        " file. Where several match, all count, and of each setting the last word.",
        "type": ["object", "null"],
        "propertyNames": {"minLength": 1, "pattern": r"^(?![!#]).*\S"},
        "additionalProperties": {"type": ["object", "null"], **_named(ALLOWED)},
        "examples": [{"prod/**": {"cluster-version": "v1.28.15-r0"}}],
    }
    shapes = _shapes()
    return {
        "$schema": DRAFT,
        "$id": "urn:elbguard:settings:1",
        "title": "Settings of elbguard: .elbguard.yaml, or the file of --config",
        "type": ["object", "null"],
        **_named(fields, {BY_PATH: by_path}),
        "$defs": {
            "rule": {"anyOf": [{"enum": [*RULES, *(rule.name for rule in RULES.values())]}, {"pattern": _ID}]},
            **{name: {"description": says[name], **shapes[name]} for name in fields},
        },
    }


def _named(names: Any, more: dict[str, Any] | None = None) -> dict[str, Any]:
    """Members of these names, which may also have underscores, and of no other."""
    spelt = {f"^{name.replace('-', '_')}$": _field(name) for name in names if "-" in name}
    return {
        "properties": {**{name: _field(name) for name in names}, **(more or {})},
        "patternProperties": spelt,
        "additionalProperties": False,
    }


def _field(name: str) -> dict[str, str]:
    return {"$ref": f"#/$defs/{name}"}


def _said() -> dict[str, str]:
    """What the flags say of themselves."""

    @click.command()
    @reading
    @judging
    def verb() -> None:
        pass

    flags = [each for each in verb.params if isinstance(each, click.Option)]
    return {each.opts[0].removeprefix("--"): str(each.help).replace("; repeatable", "") for each in flags}


def _shapes() -> dict[str, dict[str, Any]]:
    rule = {"$ref": "#/$defs/rule"}
    mode = {
        "type": "object",
        "required": ["mode"],
        "properties": {"mode": _word(Mode), "namespaces": _several(_TEXT), "rules": _several(rule)},
        "additionalProperties": False,
    }
    levels = {"enum": [*(level.value for level in Severity), False]}
    return {
        "cluster-version": {"type": ["string", "null"], "pattern": _VERSION, "examples": ["v1.28.15-r0"]},
        "cluster-type": _word(get_args(ClusterType)),
        "proxy-mode": _word(get_args(ProxyMode)),
        "profile": _word(get_args(Profile)),
        "lang": _word(get_args(Language)),
        "node-ip": {**_several(_TEXT), "examples": [["10.0.0.4"]]},
        "cluster-id": {"type": ["string", "null"]},
        "strict-names": {"type": ["boolean", "null"]},
        "ignore": _several(rule),
        "severity": {"type": ["object", "null"], "propertyNames": rule, "additionalProperties": levels},
        "default-class": _word(["union", "performance"]),
        "no-default": _several({"anyOf": [{"enum": list(DEFAULTS)}, {"pattern": f"^{_DEFAULT}$"}]}, _DEFAULT),
        "heed-ignore": {"type": ["boolean", "null"]},
        "exclude": _several(_TEXT),
        "mode": _word(Mode),
        "modes": {"anyOf": [{"type": "array", "items": mode}, mode, {"type": "null"}]},
        "exempt-user": _several(_TEXT),
    }


def _word(words: Any) -> dict[str, Any]:
    """One of some words, or nothing; YAML 1.1 reads the bare word off as false."""
    values = [str(word) for word in words]
    return {"enum": [*values, *([False] if "off" in values else []), None]}


def _several(element: dict[str, Any], word: str = "") -> dict[str, Any]:
    """A list, a text that stands for one, of words between commas and blanks if their pattern is given, or nothing."""
    alone = {"pattern": rf"^[,\s]*({word}([,\s]+|$))*$"} if word else {}
    items = {"type": "string", **element}
    return {"anyOf": [{"type": "array", "items": items}, {"type": "string", **alone}, {"type": "null"}]}
