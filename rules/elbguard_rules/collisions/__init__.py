"""Rules about several objects: what Services and Ingresses claim of load balancers, and where two claim the same."""
