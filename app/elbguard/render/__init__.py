"""Charts and kustomizations built by the tools on the PATH, and what comes out judged at the places of its sources."""
