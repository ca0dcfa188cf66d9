"""What a kind of cluster rules out."""
