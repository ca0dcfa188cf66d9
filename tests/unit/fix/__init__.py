"""Cures of manifests, one by one."""
