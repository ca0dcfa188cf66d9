"""How the rules are asked: webhook, command line."""

import os

# Looking for plugins of pydantic costs a tenth of the time a check takes, and there are none of ours.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
