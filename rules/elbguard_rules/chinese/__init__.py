"""The texts of rules in Chinese (简体中文): the door of this package, imported only where Chinese is asked for.

`elb100.toml` to `elb900.toml` have the sentences of the rules by id, each with a fingerprint of the English;
`details.toml` what is said about one mistake; `annotations.toml` what annotations are for; `catalogue.toml` other
sentences of the library. Ids, names, paths, values and everything that a program reads stay as they are.
"""

from elbguard_rules.chinese.findings import ChineseFinding, detail, finding, message
from elbguard_rules.chinese.translations import Translation, about, fingerprint, rule, rule_text, sentence

__all__ = [
    "ChineseFinding",
    "Translation",
    "about",
    "detail",
    "finding",
    "fingerprint",
    "message",
    "rule",
    "rule_text",
    "sentence",
]
