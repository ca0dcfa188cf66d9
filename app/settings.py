"""Settings: everything an operator decides, read once from flags, environment and file, frozen, and passed down."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationError

from app.modes import Exempt, Mode, Modes
from rules.core.addresses import IPAddress, address
from rules.core.facts import Cluster, ClusterType, Profile, ProxyMode, Version
from rules.core.finding import Severity
from rules.core.nearest import nearest
from rules.core.policy import Policy
from rules.guard import ANNOTATIONS, RULES

STRICT_NAMES: Final = "ELB227"


class SettingsError(ValueError):
    """A setting is wrong; one sentence says which, what was found and what is allowed."""


def _rule(text: Any) -> str:
    """A rule's id, given as id or as name."""
    word = str(text).strip()
    found = next((rule.id for rule in RULES.values() if word.upper() == rule.id or word.lower() == rule.name), None)
    if found is None:
        close = nearest(word, [*RULES, *(rule.name for rule in RULES.values())])
        raise ValueError(f"{word!r} is no rule" + (f", did you mean {close}?" if close else ""))
    return found


def _severity(value: Any) -> Any:
    return "off" if value is False else value  # YAML reads the bare word off as false


def _version(value: Any) -> Version:
    if isinstance(value, float):  # 1.30 has already become 1.3
        raise ValueError(f"{value} is a number: write it as a text, such as v1.28.15-r0")  # noqa: TRY004 - for pydantic
    return value if isinstance(value, Version) else Version.parse(str(value))


def _address(value: Any) -> Any:
    return (address(value) if isinstance(value, str) else None) or value  # pydantic says what is wrong with others


def _default_name(value: Any) -> str:
    word = str(value).strip().removeprefix("kubernetes.io/")
    if word not in DEFAULTS:
        raise ValueError(f"{word!r} is no default: there are {', '.join(DEFAULTS)}")
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
    namespaces: tuple[str, ...] = ()
    rules: tuple[RuleId, ...] = ()


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
    node_ip: tuple[Annotated[IPAddress, BeforeValidator(_address)], ...] = ()
    cluster_id: str = ""
    strict_names: bool = False
    ignore: tuple[RuleId, ...] = ()
    severity: Mapping[RuleId, Level] = Field(default_factory=dict)
    default_class: Literal["union", "performance"] | None = None
    no_default: tuple[Annotated[str, BeforeValidator(_default_name)], ...] = ()
    heed_ignore: bool = False
    exclude: tuple[str, ...] = ()
    mode: ModeName = Mode.ENFORCE
    modes: tuple[ModeFor, ...] = ()
    exempt_user: tuple[str, ...] = (
        "system:serviceaccount:kube-system:*",
        "system:kube-controller-manager",
        "system:cloud-controller-manager",
    )

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
    def cluster(self) -> Cluster:
        """The facts that were given."""
        nodes = frozenset(self.node_ip) or None
        return Cluster(self.cluster_version, self.cluster_type, self.proxy_mode, nodes, self.profile)


def load(given: Mapping[str, Any], config: Path | None) -> Settings:
    """The settings of a file, overridden by what flags or environment gave. Raises SettingsError.

    `given` maps field names to values; None and empty tuples count as not given. The file is YAML (so also JSON).
    """
    values = {name: value for name, value in given.items() if value not in (None, (), {})}
    return _settings({**(_file(config) if config else {}), **values}, str(config) if config else "")


def _file(path: Path) -> dict[str, Any]:
    import yaml  # noqa: PLC0415 - only needed where a file is given

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: is not UTF-8 text") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = " ".join(str(getattr(error, "problem", None) or error).split())
        raise SettingsError(f"{path}{place}: is not YAML: {problem}") from None
    except (ValueError, RecursionError) as error:  # a date of month 13; brackets without end
        raise SettingsError(f"{path}: cannot be understood: {error}") from None
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise SettingsError(f"{path}: must hold settings such as `cluster-version: v1.28.15-r0`")
    known = {name.replace("_", "-"): name for name in Settings.model_fields}
    return {known.get(str(name), str(name)): value for name, value in content.items()}


def _settings(values: dict[str, Any], origin: str) -> Settings:
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        found = error.errors(include_url=False)[0]
        name = str(found["loc"][0]).replace("_", "-")
        if found["type"] == "extra_forbidden":
            close = nearest(name, [known.replace("_", "-") for known in Settings.model_fields])
            sentence = f"{name} is no setting" + (f", did you mean {close}?" if close else "")
        else:
            ours = found["type"] == "value_error"
            message = found["msg"].removeprefix("Value error, ")
            sentence = f"{name}: {message}" if ours else f"{name}: {message}; found {found['input']!r}"
            if found["type"] == "literal_error":
                sentence = f"{name}: {found['input']!r} is not one of {found['ctx']['expected']}"
        raise SettingsError(f"{origin}: {sentence}" if origin else sentence) from None
