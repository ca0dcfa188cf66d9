"""The verbs of the command, each with its help and its flags, and the flags that several share."""
