"""The page that runs the rules in a browser: what it says, and what it does not do."""
