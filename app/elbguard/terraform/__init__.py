"""Terraform: the Services of a plan or a state, as `terraform show -json` prints it."""
