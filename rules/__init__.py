"""What CCE accepts on a Service of type LoadBalancer: a pure library. `rules.guard` is its door."""
