"""Every constraint of the seed has a rule, or a reason why it has none."""

from elbguard_rules.catalogue.seed import SEED
from elbguard_rules.guard import RULES
from tests.support.trying import each_of

COVERED = {constraint for rule in RULES.values() for constraint in rule.covers}


def test_knows_all_79_constraints() -> None:
    assert list(SEED) == [f"S{number:03}" for number in range(1, 80)]


def test_rules_cover_constraints_that_exist() -> None:
    assert SEED.keys() >= COVERED


@each_of(SEED)
def test_has_a_rule_or_a_reason_and_not_both(constraint: str) -> None:
    assert (constraint in COVERED) != bool(SEED[constraint].unchecked)
