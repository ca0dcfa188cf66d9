"""Cures that are certain, written into manifests so that no other byte changes."""
