"""`elbguard serve` with other limits on connections, and by asyncio's own event loop if asked: for tests."""

import argparse
import json
import sys
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--host", required=True)
parser.add_argument("--port", type=int, required=True)
parser.add_argument("--tls-cert", type=Path, required=True)
parser.add_argument("--tls-key", type=Path, required=True)
parser.add_argument("--limits", type=json.loads, default={})
parser.add_argument("--loop", choices=["uvloop", "asyncio"], required=True)

if __name__ == "__main__":
    how = parser.parse_args()
    if how.loop == "asyncio":
        sys.modules["uvloop"] = None  # type: ignore[assignment] # as if it were not installed

    from elbguard.settings import Settings
    from elbguard.webhook.connections import Limits
    from elbguard.webhook.run import serve
    from elbguard.webhook.wanted import Serve

    serve(
        Settings(), Serve(how.host, how.port, how.tls_cert, how.tls_key, drain_seconds=0, limits=Limits(**how.limits))
    )
