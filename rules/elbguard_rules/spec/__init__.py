"""What the fields of spec must be, beside the annotations."""
