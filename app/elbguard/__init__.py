"""How the rules are asked: webhook, command line."""
