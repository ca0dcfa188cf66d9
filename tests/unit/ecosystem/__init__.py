"""elbguard where others run it: pre-commit, GitHub, GitLab, the shell."""
