"""The protocol between the API server and the webhook: against the decision itself, and over real HTTPS."""
