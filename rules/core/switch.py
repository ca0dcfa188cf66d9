"""Switch: the type of an annotation that switches something on or off."""

from typing import Final, Literal

Switch = Literal["true", "false"]
OTHER_WORDS: Final = {"on": "true", "yes": "true", "1": "true", "off": "false", "no": "false", "0": "false"}
