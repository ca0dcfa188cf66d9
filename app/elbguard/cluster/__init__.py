"""The cluster around us: the only package that knows the Kubernetes client."""
