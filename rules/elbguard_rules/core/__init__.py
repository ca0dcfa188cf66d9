"""The language rules are written in. Knows how a rule looks, nothing about load balancers."""
