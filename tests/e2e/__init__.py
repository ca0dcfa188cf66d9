"""End-to-end tests: the real API server, the real kubectl and the real program."""
