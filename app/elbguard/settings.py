"""Settings: everything an operator decides, read once from flags, environment and file, frozen, and passed down."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cached_property
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationError

from elbguard.languages import LANGUAGES, Language, language
from elbguard.modes import Exempt, Mode, Modes
from elbguard.settings_mistakes import BY_PATH, SettingsError, sentences, shown
from elbguard.settings_text import SettingsText, WrittenFloat, parsed, read
from elbguard_rules.core.facts import Cluster, ClusterType, Profile, ProxyMode, Version
from elbguard_rules.core.ip_addresses import IPAddress, address
from elbguard_rules.core.nearest import nearest
from elbguard_rules.core.policy import Policy
from elbguard_rules.core.problem import Severity
from elbguard_rules.guard import ANNOTATIONS, NAMES, RULES

STRICT_NAMES: Final = "ELB227"


def _rule(text: Any) -> str:
    """A rule's id, given as id or as name."""
    word = _text(text, "is no rule, such as ELB101 or unknown-class").strip()
    found = NAMES.get(word.lower())
    if found is None:
        close = nearest(word, [*RULES, *(rule.name for rule in RULES.values())])
        raise ValueError(f"{shown(word)} is no rule" + (f", did you mean {close}?" if close else ""))
    return found


def _text(value: Any, otherwise: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{shown(value)} {otherwise}")  # noqa: TRY004 - for pydantic
    return value


def _severity(value: Any) -> Any:
    return "off" if value is False else value  # YAML reads the bare word off as false


def _version(value: Any) -> Version:
    if isinstance(value, int | float) and not isinstance(value, bool):  # 1.30 has already become 1.3
        cure = (
            f"v{value.text}: YAML reads {value.text} as {value}" if isinstance(value, WrittenFloat) else "v1.28.15-r0"
        )
        raise ValueError(f"{value} is a number: write it as a text, such as {cure}")  # noqa: TRY004 - for pydantic
    return value if isinstance(value, Version) else Version.parse(_text(value, "is no text, such as v1.28.15-r0"))


def _language(value: Any) -> Any:
    return language(_text(value, f"is no language: there are {' and '.join(LANGUAGES)}"))


def _address(value: Any) -> IPAddress:
    found = (
        value if isinstance(value, IPv4Address | IPv6Address) else address(value) if isinstance(value, str) else None
    )
    if found is None:
        raise ValueError(f"{shown(value)} is no IP address, such as 10.0.0.1")
    return found


def _one(value: Any) -> Any:
    return (value,) if isinstance(value, str | Mapping) else value


def _words(value: Any) -> Any:
    return words(value) if isinstance(value, str) else value


def words(text: str) -> tuple[str, ...]:
    """A text's words, between commas and blanks."""
    return tuple(text.replace(",", " ").split())


OneOrMore = BeforeValidator(_one)  # a lone element stands for a list of it
Words = BeforeValidator(_words)  # as above, and of several words; for elements that hold neither comma nor blank


def _default_name(value: Any) -> str:
    word = _text(value, "is no default, such as elb.class").strip().removeprefix("kubernetes.io/")
    if word not in DEFAULTS:
        close = nearest(word, DEFAULTS)
        others = f", did you mean {close}?" if close else f": there are {', '.join(DEFAULTS)}"
        raise ValueError(f"{shown(word)} is no default{others}")
    return word


def _names_of_defaults() -> list[str]:
    names: list[str] = []
    for owner in ANNOTATIONS:
        short = owner.key.removeprefix("kubernetes.io/")
        members = [f"{short}.{m.name}" for m in owner.members.values() if m.default]
        names += [short, *members] if owner.default or members or owner.after_create == "kept" else []
    return names


DEFAULTS: Final = tuple(_names_of_defaults())
RuleId = Annotated[str, BeforeValidator(_rule)]
Level = Annotated[Severity, BeforeValidator(_severity)]


def _mode(value: Any) -> Any:
    return "off" if value is False else value  # as above


ModeName = Annotated[Mode, BeforeValidator(_mode)]


class ModeFor(BaseModel):
    """A mode for some namespaces (patterns with *; none: all) and some rules (none: all)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: ModeName
    namespaces: Annotated[tuple[str, ...], Words] = ()
    rules: Annotated[tuple[RuleId, ...], Words] = ()


class Settings(BaseModel):
    """What an operator decides. In a file and in messages the names are those of the flags, without the dashes.

    Facts that are not given are unknown; rules that need them say that they could not judge.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        arbitrary_types_allowed=True,
        alias_generator=lambda name: name.replace("_", "-"),
        validate_by_name=True,
        validate_by_alias=True,
    )

    cluster_version: Annotated[Version, BeforeValidator(_version), PlainSerializer(str)] | None = None
    cluster_type: ClusterType | None = None
    proxy_mode: ProxyMode | None = None
    profile: Profile | None = None
    node_ip: Annotated[tuple[Annotated[IPAddress, BeforeValidator(_address)], ...], Words] = ()
    cluster_id: str = ""
    strict_names: bool = False
    ignore: Annotated[tuple[RuleId, ...], Words] = ()
    severity: Mapping[RuleId, Level] = Field(default_factory=dict)
    default_class: Literal["union", "performance"] | None = None
    no_default: Annotated[tuple[Annotated[str, BeforeValidator(_default_name)], ...], Words] = ()
    heed_ignore: bool = False
    exclude: Annotated[tuple[str, ...], OneOrMore] = ()
    mode: ModeName = Mode.ENFORCE
    modes: Annotated[tuple[ModeFor, ...], OneOrMore] = ()
    exempt_user: Annotated[tuple[str, ...], OneOrMore] = (
        "system:serviceaccount:kube-system:*",
        "system:kube-controller-manager",
        "system:cloud-controller-manager",
    )
    lang: Annotated[Language, BeforeValidator(_language)] = "en"

    @cached_property
    def policy(self) -> Policy:
        """The operator's word over rules and defaults."""
        severities = {STRICT_NAMES: Severity.ERROR} if self.strict_names else {}
        severities |= self.severity
        severities |= dict.fromkeys(self.ignore, Severity.OFF)
        return Policy(
            MappingProxyType(severities),
            frozenset(self.no_default),
            self.default_class,
            self.cluster_id,
            self.heed_ignore,
            self.profile,
        )

    @cached_property
    def findings_go(self) -> Modes:
        """How far findings go, by namespace and rule."""
        return Modes(self.mode, [Exempt(each.mode, each.namespaces, each.rules) for each in self.modes])

    @cached_property
    def digest(self) -> str:
        """A short text that is the same where all settings are."""
        text = json.dumps(self.model_dump(mode="json"), sort_keys=True)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @cached_property
    def cluster(self) -> Cluster:
        """The facts that were given."""
        nodes = frozenset(self.node_ip) or None
        return Cluster(self.cluster_version, self.cluster_type, self.proxy_mode, nodes, self.profile)


def load(given: Mapping[str, Any], config: Path | None, elsewhere: Iterable[str] = ()) -> Settings:
    """The settings of a file, overridden by what flags or environment gave. Raises SettingsError.

    `given` maps field names to values; None and what is empty count as not given, and so do empty values in the file,
    which is YAML (so also JSON). `elsewhere` are names of flags that a file cannot set. What the file says by paths is
    left to `elbguard.project`.
    """
    return understand(given, config, read(config) if config else b"", elsewhere)


def understand(
    given: Mapping[str, Any], config: Path | None, content: bytes, elsewhere: Iterable[str] = ()
) -> Settings:
    """As `load`, of a file whose content has been read."""
    return validated(given, parsed(config, content) if config else None, elsewhere)


def validated(given: Mapping[str, Any], text: SettingsText | None, elsewhere: Iterable[str] = ()) -> Settings:
    """As `load`, of a file that has been read and parsed."""
    values = {name: value for name, value in given.items() if value not in (None, (), [], {})}
    written = {_known(name): value for name, value in text.values.items()} if text else {}
    written.pop(BY_PATH, None)
    mistakes = [*text.twice] if text else []
    try:
        settings = Settings.model_validate({**written, **values})
    except ValidationError as error:
        for path, of_name, sentence in sentences(error, Settings, elsewhere):
            ours = str(path[0]).replace("-", "_") in values
            mistakes.append(sentence if ours or not text else text.told(path, sentence, of_name=of_name))
    if mistakes:
        raise SettingsError(*mistakes)
    return settings


def _known(name: Any) -> str:
    """The field that a name in a file means; a name that is none as it is."""
    field = str(name).replace("-", "_")
    return field if field in Settings.model_fields else str(name)
