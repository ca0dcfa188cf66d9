"""How often a law is tried that is stated anew for each of many things."""

from hypothesis import settings


def shared_by(things: int) -> settings:
    """So many things share the tries of a few laws: each of them is tried less often, in every profile."""
    return settings(max_examples=max(10, settings().max_examples * 5 // things))
