"""What the page in docs/playground asks, in a browser: the same rules by the same ways as the command, in one JSON."""
