"""What a check found, and how it is written down: one module per format, each with `render(report) -> str`."""
