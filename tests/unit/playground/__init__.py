"""What the page asks, without a browser."""
