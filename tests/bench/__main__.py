"""`python -m tests.bench`: print what a decision and a request cost."""

from tests.bench import checking, decision, hostile, https

decision.run()
hostile.run()
checking.run()
https.run()
