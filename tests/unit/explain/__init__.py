"""What `elbguard explain` says."""
