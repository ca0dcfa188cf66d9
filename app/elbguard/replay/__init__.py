"""Replay: what was asked before, judged again by this version."""
