"""`make release`: what is handed out of one commit, the same bytes each time; nothing of it is in the wheel."""
