"""Manifests on disk or on standard input: read with places, judged, reported where the author wrote."""
