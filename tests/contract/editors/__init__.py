"""What editors make of our JSON Schemas."""
