"""A problem: what a rule has to say about a Service, in the form of Kubernetes' own field errors."""

import json
from enum import StrEnum
from typing import Final

from elbguard_rules.core.folding import folded
from elbguard_rules.core.record import record

Step = str | int
LONGEST_VALUE: Final = 80  # characters of a value that are worth repeating to its author
MOST_TOLD: Final = 1000  # mistakes of one kind in one annotation; who makes more has not written them by hand
LONGEST_TOLD: Final = 256 * 1024  # characters of what one rule says
MOST_ENTRIES: Final = 1000  # of one list; a load balancer has 50 listeners unless its quota was raised
MOST_NAMED: Final = 10  # ports, names or entries of an author's that one sentence names; then it says how many more
LONGEST_DETAIL: Final = 1000  # characters of what is said about one mistake
LONGEST_STEP: Final = 120  # characters of a name in a path; known ones have half of that
UNWRITABLE: Final = "..."  # in place of a value that nests too deeply, or has too many digits, to be written


class Kind(StrEnum):
    """The closed set of `field.Error` types, as they appear in `status.details.causes[].reason`."""

    REQUIRED = "FieldValueRequired"
    INVALID = "FieldValueInvalid"
    NOT_SUPPORTED = "FieldValueNotSupported"
    FORBIDDEN = "FieldValueForbidden"
    DUPLICATE = "FieldValueDuplicate"
    TOO_LONG = "FieldValueTooLong"

    @property
    def label(self) -> str:
        """The words that Kubernetes prints for the kind, such as `Invalid value`."""
        return _LABELS[self]


_LABELS: Final = {
    Kind.REQUIRED: "Required value",
    Kind.INVALID: "Invalid value",
    Kind.NOT_SUPPORTED: "Unsupported value",
    Kind.FORBIDDEN: "Forbidden",
    Kind.DUPLICATE: "Duplicate value",
    Kind.TOO_LONG: "Too long",
}


class Severity(StrEnum):
    """An error refuses the Service, a warning is shown to its author, off is silent."""

    ERROR = "error"
    WARNING = "warning"
    OFF = "off"


@record
class Where:
    """A symbolic place in a Service; the edge of the program turns it into a line and a column.

    `steps` leads to a field, as in ("spec", "ports", 0, "port"). For a place inside an annotation's text, `steps` leads
    to the annotation and `inner` goes on inside the text: a member of its JSON, or the position in its list.
    """

    steps: tuple[Step, ...]
    inner: tuple[Step, ...] = ()

    def __str__(self) -> str:
        """The path as Kubernetes writes it: `metadata.annotations[kubernetes.io/elb.autocreate].bandwidth_size`."""
        head, tail = self.steps, self.inner
        if head[:2] == ("metadata", "annotations") and len(head) == 3:
            return f"metadata.annotations[{_short(str(head[2]))}]{_dotted(tail, lead=True)}"
        return _dotted(head) + _dotted(tail, lead=True)

    @property
    def anywhere(self) -> "Where":
        """The place without the positions in lists that lead to it."""
        return Where(*(tuple(s for s in steps if not isinstance(s, int)) for steps in (self.steps, self.inner)))

    @property
    def folded(self) -> "Where":
        """The place with the names inside an annotation's text in small letters: CCE does not tell them apart."""
        return Where(self.steps, tuple(folded(s) if isinstance(s, str) else s for s in self.inner))

    @property
    def brief(self) -> str:
        """The path without what every reader knows: `elb.autocreate.bandwidth_size`."""
        if self.steps[:2] == ("metadata", "annotations") and len(self.steps) == 3:
            return _short(str(self.steps[2])).removeprefix("kubernetes.io/") + _dotted(self.inner, lead=True)
        return str(self)


def _dotted(steps: tuple[Step, ...], *, lead: bool = False) -> str:
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{_short(step)}" for step in steps)
    return text if lead else text.removeprefix(".")


def _short(step: str) -> str:
    return step if len(step) <= LONGEST_STEP else step[: LONGEST_STEP - 3] + "..."


def annotation(key: str, *inner: Step) -> Where:
    """The place of an annotation, or of something inside its text."""
    return Where(("metadata", "annotations", key), inner)


def field(*steps: Step) -> Where:
    """The place of a field, as in `field("spec", "ports", 0, "port")`."""
    return Where(steps)


class _Absent:
    """Stands for a value that is not there; distinct from every JSON value, null included.

    There is one in a process, compared by identity: a copy of it, and one from another process, is that one.
    """

    def __repr__(self) -> str:
        return "ABSENT"

    def __reduce__(self) -> str:
        return "ABSENT"  # pickled by its name


ABSENT: Final = _Absent()


@record
class Problem:
    """One thing a rule found: the place, the kind of mistake, the value found and what is allowed instead.

    `meant` is what its author had in mind, where the rule knows it or has a guess: the text to write instead of the
    value or of the unknown name, or words for what stands elsewhere. `brief` is the detail without what may be left out
    where there is little room, such as the list of all that is allowed.
    """

    where: Where
    kind: Kind
    value: object
    detail: str
    meant: str = ""
    brief: str = ""


def required(where: Where, detail: str) -> Problem:
    """Something is missing at `where`."""
    return Problem(where, Kind.REQUIRED, ABSENT, detail)


def invalid(where: Where, value: object, detail: str, brief: str = "", *, meant: str = "") -> Problem:
    """The value has the wrong shape or lies outside its range; `meant` is the one that its author had in mind."""
    return Problem(where, Kind.INVALID, value, detail, meant, brief)


def unsupported(where: Where, value: object, supported: tuple[str, ...], hint: str = "", *, meant: str = "") -> Problem:
    """The value is not one of a fixed set; `meant` is the one that its author had in mind."""
    listed = "supported values: " + ", ".join(json.dumps(word) for word in supported)
    asked = f'did you mean "{meant}"?' if meant else ""
    brief = "; ".join(filter(None, (hint, asked)))
    detail = f"{listed}; {brief}" if brief else listed
    return Problem(where, Kind.NOT_SUPPORTED, value, detail, meant, asked or hint or "is not supported")


def forbidden(where: Where, detail: str) -> Problem:
    """Something is there that must not be, given the rest of the Service or the cluster."""
    return Problem(where, Kind.FORBIDDEN, ABSENT, detail)


def duplicate(where: Where, value: object, detail: str = "", brief: str = "") -> Problem:
    """The value was given before."""
    return Problem(where, Kind.DUPLICATE, value, detail, brief=brief)


def shown(value: object) -> str:
    """A value as Kubernetes prints it: JSON on one line, without characters that a terminal would act on."""
    try:
        text = _beginning(value)
    except (RecursionError, TypeError, ValueError):  # odd keys, or an integer of thousands of digits
        text = UNWRITABLE
    if len(text) > LONGEST_VALUE:
        text = text[: LONGEST_VALUE - 3] + ("..." if not isinstance(value, str) else '..."')
    return printable(text)


def _beginning(value: object) -> str:
    """A value as JSON; of a long one no more than is shown, and a few characters."""
    if isinstance(value, str):
        return json.dumps(value[: LONGEST_VALUE + 1], ensure_ascii=False)
    if not isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, list) and len(value) > MOST_NAMED:
        return _beginning(value[:MOST_NAMED]).removesuffix("]") + ", ..."
    text = ""
    for part in json.JSONEncoder(ensure_ascii=False, default=str).iterencode(value):
        text += part
        if len(text) > LONGEST_VALUE:
            break
    return text


def printable(text: str) -> str:
    """The text with everything unprintable (controls, bidirectional marks, lone surrogates) written as an escape."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
