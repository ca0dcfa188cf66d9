"""What CCE accepts on a Service of type LoadBalancer: a pure library. `elbguard_rules.guard` is its door."""
