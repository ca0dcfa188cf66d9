"""The site, built once for all of its tests."""
