"""The manifests, as kubectl builds them."""
