"""One module per annotation: what its text may be, its default, from which version it works, the rules it has alone."""
