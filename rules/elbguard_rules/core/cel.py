"""The words of the Common Expression Language in which a reader says what a text must be.

The API server judges by them where the policy is installed. An expression is true where the text is right.
"""

from collections.abc import Iterable, Sequence


def text(value: str) -> str:
    """A string literal."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    return f"'{escaped}'"


def texts(values: Iterable[str]) -> str:
    """A list literal of strings."""
    return f"[{', '.join(map(text, values))}]"


def among(value: str, choices: Sequence[str]) -> str:
    """A text, given by the expression `value`, is one of a fixed set."""
    return f"{value} == {text(choices[0])}" if len(choices) == 1 else f"{value} in {texts(choices)}"
