"""Tests of elbguard."""
