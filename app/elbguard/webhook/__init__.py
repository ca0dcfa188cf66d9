"""The rules behind HTTPS, as the API server asks them."""
