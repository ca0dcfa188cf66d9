"""How hard the laws are tried: more where `TESTS=thorough`, as in CI.

`HYPOTHESIS_PROFILE=endless` tries new and very many inputs each time.
"""

import os

from hypothesis import HealthCheck, settings

SLOW_MACHINE = (HealthCheck.too_slow,)  # says something about the machine, not about the law

for name, tries in (("quick", 15), ("thorough", 40)):
    settings.register_profile(
        name, max_examples=tries, deadline=None, derandomize=True, database=None, suppress_health_check=SLOW_MACHINE
    )
settings.register_profile(
    "endless", max_examples=3000, deadline=None, database=None, suppress_health_check=SLOW_MACHINE
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or os.environ.get("TESTS") or "quick")
