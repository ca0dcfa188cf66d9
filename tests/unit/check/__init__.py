"""How manifests are read, and where everything in them stands."""
