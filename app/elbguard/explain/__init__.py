"""Explain: what a rule or an annotation is about, for people, for programs and for documents."""
