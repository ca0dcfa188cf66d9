"""What things cost: `make bench`. Nothing here asserts a time."""
