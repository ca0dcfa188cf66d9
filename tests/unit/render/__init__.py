"""Charts and kustomizations built and judged."""
