"""The doctor's steps, by recorded objects of clusters that the end-to-end tests do not have."""
