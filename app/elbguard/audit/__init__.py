"""What already runs: the Services of a live cluster judged as they stand."""
