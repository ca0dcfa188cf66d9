"""`python -m tests.bench`: print what a decision and a request cost."""

from tests.bench import decision, https

decision.run()
https.run()
