"""What an unquoted scalar stands for: YAML 1.1 as kubectl reads it (sigs.k8s.io/yaml over go-yaml v2).

It differs from PyYAML where go-yaml does: `y` and `n` are booleans, `1e3` is a number; dates and `22:22`, a number to
base 60 in YAML 1.1, are text. A number without a fraction is an integer however it is written: so kubectl sends it.
"""

import math
import re
from typing import Final

Plain = str | int | float | bool | None

_WORDS: Final[dict[str, Plain]] = {
    written: value
    for word, value in {
        **dict.fromkeys(("", "~", "null"), None),
        **dict.fromkeys(("y", "yes", "on", "true"), True),
        **dict.fromkeys(("n", "no", "off", "false"), False),
        **dict.fromkeys((".inf", "+.inf"), math.inf),
        "-.inf": -math.inf,
        ".nan": math.nan,
    }.items()
    for written in (word, word.upper(), re.sub("[a-z]", lambda first: first[0].upper(), word, count=1))
}
_WORDS[".NaN"] = _WORDS.pop(".Nan")
_INTEGER: Final = re.compile(
    r"[-+]?(?:(?P<dec>0|[1-9][0-9]*)|0[bB](?P<bin>[01]+)|0[oO]?(?P<oct>[0-7]+)|0[xX](?P<hex>[0-9a-fA-F]+))"
)
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_BASES: Final = {"dec": 10, "bin": 2, "oct": 8, "hex": 16}
_EXACT: Final = 2**53
_LONGEST: Final = 1000  # digits that are still read as a number


def resolve(text: str) -> Plain:
    """Give the value of the plain scalar `text`: null, a boolean, a number, or else the text itself."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789" or len(text) > _LONGEST:
        return text
    digits = text.replace("_", "")
    if found := _INTEGER.fullmatch(digits):
        base = found.lastgroup or "dec"
        value = int(found[base], _BASES[base])
        return -value if digits[0] == "-" else value
    number = float(digits) if _FLOAT.fullmatch(digits) else math.inf
    if math.isinf(number):
        return text
    return int(number) if number.is_integer() and abs(number) < _EXACT else number
