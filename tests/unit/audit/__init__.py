"""Tests of the audit that need no API server."""
