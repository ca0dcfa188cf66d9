"""The main job end to end without a cluster: a server, sample manifests, refusals and patches."""
