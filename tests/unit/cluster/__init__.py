"""The parts that talk to the API server, each against a fake of it."""
