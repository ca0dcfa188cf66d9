"""`python -m tests.bench`: print what a decision and a request cost."""

from tests.bench import checking, decision, https

decision.run()
checking.run()
https.run()
