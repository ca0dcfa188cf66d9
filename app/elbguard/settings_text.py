"""The text of a settings file: what it says, and where in it everything stands."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from elbguard.settings_mistakes import BY_PATH, SettingsError, shown, written
from elbguard_rules.core.record import record

if TYPE_CHECKING:
    import yaml

LARGEST: Final = 1024 * 1024  # bytes; a ConfigMap holds no more
_MOST_VALUES: Final = 20_000  # what aliases and merges may make of a file
_EXAMPLE: Final = "`cluster-version: v1.28.15-r0`"
_ONE_DOCUMENT: Final = "expected a single document in the stream"  # PyYAML's words


class WrittenFloat(float):
    """A number that knows how it was written: YAML reads 1.30 as 1.3."""

    text: str = ""


@record
class SettingsText:
    """What a file says, with dashes in the names at its top; `twice` has a sentence for each name it gives again."""

    file: Path
    values: Mapping[str, Any]
    twice: tuple[str, ...] = ()
    root: "yaml.Node | None" = field(default=None, repr=False)
    origins: Mapping[Any, tuple[str, ...]] = field(default_factory=dict)  # of what was laid over it: where that stands

    def overlaid(self, path: tuple[str, ...], values: Mapping[str, Any]) -> "SettingsText":
        """The text with what it says at a path in the place of what it says at its top."""
        origins = {**self.origins, **dict.fromkeys(values, path)}
        return replace(self, values={**self.values, **values}, origins=origins)

    def told(self, path: Sequence[object], sentence: str, *, of_name: bool = False) -> str:
        """A sentence about a value, or about its name, with its place before it."""
        above = self.origins.get(path[0], ())
        named = f"{written(above)}.{sentence}" if above else sentence
        return f"{self.at((*above, *path), name=of_name)}: {named}"

    def at(self, path: Sequence[object], *, name: bool = False) -> str:
        """`file:line:column` of what stands at a path, or of its `name`; as near to it as there is something."""
        line, column = self.position(path, name=name)
        return f"{self.file}:{line}:{column}" if line else str(self.file)

    def position(self, path: Sequence[object], *, name: bool = False) -> tuple[int, int]:
        """Line and column, from 1; zeros where the file is empty."""
        node, mark = self.root, self.root.start_mark if self.root else None
        for part in path:
            found = _below(node, part)
            if found is None:
                break
            key, node = found
            mark = (key or node).start_mark if name else node.start_mark
        return (mark.line + 1, mark.column + 1) if mark else (0, 0)


def read(file: Path) -> bytes:
    """The content of a settings file. Raises SettingsError."""
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read: {error.strerror}") from None
    if len(content) > LARGEST:
        raise SettingsError(f"{file}: is larger than {LARGEST >> 20} MiB, settings are not")
    return content


def parsed(file: Path, content: bytes) -> SettingsText:
    """What the content of a file says; values that are empty are left out at its top. Raises SettingsError."""
    import yaml  # noqa: PLC0415 - only needed where a file is given

    try:
        node, values = _constructed(file, content.decode("utf-8"))
    except SettingsError:
        raise
    except UnicodeDecodeError:
        raise SettingsError(f"{file}: is not UTF-8 text") from None
    except yaml.YAMLError as error:
        place = _place_of(error, content)
        if getattr(error, "context", None) == _ONE_DOCUMENT:
            raise SettingsError(f"{file}{place}: a second document begins here, settings are one") from None
        problem = " ".join(str(getattr(error, "problem", None) or error).split())
        raise SettingsError(f"{file}{place}: is not YAML: {problem}{_hint(error, content)}") from None
    except RecursionError:
        raise SettingsError(f"{file}: cannot be understood: it is nested too deep") from None
    except ValueError as error:  # a date of month 13
        raise SettingsError(f"{file}: cannot be understood: {error}") from None
    if node is None or values is None:
        return SettingsText(file, {})
    if not isinstance(values, dict):
        kind = "a list" if isinstance(values, list) else shown(values)
        raise SettingsError(f"{file}{_at(node.start_mark)}: must hold settings such as {_EXAMPLE}; found {kind}")
    twice = tuple(f"{file}{sentence}" for sentence in _twice(node, (), set()))
    return SettingsText(file, {dashed(name): value for name, value in values.items() if value is not None}, twice, node)


def _place_of(error: "yaml.YAMLError", content: bytes) -> str:
    """`:line:column`, where it is known."""
    if mark := getattr(error, "problem_mark", None):
        return _at(mark)
    before = content.decode("utf-8", "replace")[: getattr(error, "position", 0)]
    return f":{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


def _hint(error: "yaml.YAMLError", content: bytes) -> str:
    """What to do about a pattern without quotes, which YAML takes for an alias or a tag."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return ""
    line = content.decode("utf-8").splitlines()[mark.line : mark.line + 1]
    around = line[0][max(0, mark.column - 1) : mark.column + 1] if line else ""
    return "; write a pattern that begins with * in quotes" if "*" in around else ""


def _at(mark: Any) -> str:
    return f":{mark.line + 1}:{mark.column + 1}"


def dashed(name: object) -> Any:
    """A setting's name with dashes, as it may also have underscores; what can be no name of one as it is."""
    return name.replace("_", "-") if isinstance(name, str) and name.islower() else name


def _constructed(file: Path, text: str) -> tuple["yaml.Node | None", Any]:
    """The nodes of a text and what they say. Raises yaml.YAMLError, ValueError, SettingsError."""
    import yaml  # noqa: PLC0415 - as above

    class Loader(yaml.SafeLoader):
        pass

    def number(loader: Loader, node: yaml.ScalarNode) -> float:
        value = WrittenFloat(loader.construct_yaml_float(node))
        value.text = node.value
        return value

    Loader.add_constructor("tag:yaml.org,2002:float", number)
    loader = Loader(text)
    node = loader.get_single_node()
    if node is None:
        return None, None
    if _size(node, {}) > _MOST_VALUES:
        raise SettingsError(f"{file}: aliases make it longer than {_MOST_VALUES} values, settings are not")
    return node, loader.construct_document(node)


def _size(node: Any, known: dict[int, int]) -> int:
    """How many values there are with aliases written out."""
    if id(node) not in known:
        known[id(node)] = 1  # for one that holds itself
        if isinstance(node.value, list):
            parts = (part for each in node.value for part in (each if isinstance(each, tuple) else (each,)))
            known[id(node)] += sum(_size(part, known) for part in parts)
    return known[id(node)]


def _below(node: Any, part: object) -> tuple[Any, Any] | None:
    """The name and the value of a member of a node, without a name where that is a list."""
    if not isinstance(node.value, list):
        return None
    if isinstance(part, int) and part < len(node.value) and not isinstance(node.value[part], tuple):
        return None, node.value[part]
    pairs = (each for each in reversed(node.value) if isinstance(each, tuple))
    return next((pair for pair in pairs if dashed(pair[0].value) == dashed(str(part))), None)


def _twice(node: Any, path: tuple[object, ...], seen: set[int]) -> Iterator[str]:
    """A sentence for each name that a map of a document gives again: YAML takes the last in silence."""
    if not isinstance(node.value, list) or id(node) in seen:
        return
    seen.add(id(node))
    first: dict[str, int] = {}
    for number, element in enumerate(node.value):
        if not isinstance(element, tuple):
            yield from _twice(element, (*path, number), seen)
            continue
        key, value = element
        is_setting = not path or (path[0] == BY_PATH and len(path) == 2)
        name = dashed(str(key.value)) if is_setting else str(key.value)
        line = key.start_mark.line + 1
        if name in first:
            place = f":{line}:{key.start_mark.column + 1}"
            yield f"{place}: {written((*path, name))} is given a second time, first in line {first[name]}"
        first.setdefault(name, line)
        yield from _twice(value, (*path, name), seen)
