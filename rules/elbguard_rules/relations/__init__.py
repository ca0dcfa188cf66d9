"""Rules about two things at once: annotations that need or exclude each other, annotations and spec, old and new."""
