"""`elbguard init`: a project file for a repository, after asking or by flags."""
