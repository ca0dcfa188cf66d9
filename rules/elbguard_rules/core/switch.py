"""Switch: the type of an annotation that switches something on or off."""

from typing import Final, Literal

Switch = Literal["true", "false"]
OTHER_WORDS: Final = {
    **dict.fromkeys(("on", "yes", "1", "enable", "enabled"), "true"),
    **dict.fromkeys(("off", "no", "0", "disable", "disabled"), "false"),
}
