"""Suppressing: how the author of a manifest says that a finding is all right, for people who ask."""

from typing import Final

from elbguard_rules import suppression
from elbguard_rules.catalogue.topic import Step, Topic

COMMENT: Final = "# elbguard: ignore"
FORM_OF_COMMENT: Final = f"{COMMENT}[ELB206, ELB322] reason"

SUPPRESSING: Final = Topic(
    suppression.KEY,
    "how to say that a finding is all right here; also as a comment, # elbguard: ignore",
    "Write which rules are not to be reported, by id or name, and why. The annotation counts for the whole Service, the"
    " comment for the line on which it stands. `elbguard check` heeds both. The webhook never sees a comment, and heeds"
    " the annotation only where the operator set heed-ignore: true. Whoever runs elbguard can also switch rules off"
    " for all, with --ignore, --severity or the configuration.",
    suppression.SOURCE,
    (
        Step(
            f'The annotation reads: {suppression.KEY}: "{suppression.FORM}".',
            "It is refused as malformed (ELB994), and suppresses nothing, where it is empty, names no rule, or ends the"
            ' list otherwise than with a colon or a blank: "", ": reason", "*: reason", "ELB206; reason".',
        ),
        Step(
            f"The comment reads: {FORM_OF_COMMENT}",
            "It is refused as malformed (ELB994) without the brackets, or with another word for ignore:"
            f" {COMMENT} ELB206, # elbguard: disable[ELB206].",
        ),
        Step("Each rule is one that exists.", "Otherwise ELB991; rules are suppressed one by one, never all."),
        Step("Each rule has something to suppress there.", "Otherwise ELB992: remove it, the mistake is gone."),
        Step("There is a reason.", "Otherwise ELB993: the next reader wants to know why."),
    ),
    words=(
        "ignore",
        "suppress",
        "suppression",
        "suppressions",
        "elbguard: ignore",
        "# elbguard: ignore",
        "#elbguard: ignore",
        "elbguard:ignore",
        "elbguard.io",
        "disable",
        "noqa",
    ),
    example=f"""\
metadata:
  annotations:
    {suppression.KEY}: "ELB104: the ID is made up by our test environment"
    kubernetes.io/elb.class: dedicated {COMMENT}[ELB101] translated by a mutator of ours
""",
    rules=("ELB991", "ELB992", "ELB993", "ELB994"),
)
