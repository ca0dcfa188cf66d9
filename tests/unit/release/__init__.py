"""What `make release` makes, and when it makes nothing."""
