"""The language server, from inside."""
