"""Text that is made from the rules: written, or checked for freshness."""
