"""How hard the laws are tried: `HYPOTHESIS_PROFILE=thorough` tries new and many more inputs each time."""

import os

from hypothesis import HealthCheck, settings

SLOW_MACHINE = (HealthCheck.too_slow,)  # says something about the machine, not about the law

settings.register_profile(
    "quick", max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=SLOW_MACHINE
)
settings.register_profile(
    "thorough", max_examples=3000, deadline=None, database=None, suppress_health_check=SLOW_MACHINE
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
