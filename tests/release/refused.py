"""Refused: why no release is made, in one sentence."""


class Refused(Exception):
    """What is wrong and what to do about it."""
