"""What is wrong with an installation of elbguard, or with one Service: looked at step by step, with cures."""
