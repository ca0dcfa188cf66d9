"""What makes a finding the same mistake after the manifest was edited elsewhere."""

import hashlib
import json

from elbguard.report.model import Entry
from elbguard.report.plain import plain


def fingerprint(entry: Entry) -> str:
    """32 hexadecimal digits made of rule, resource, field and value; line, column and file play no part."""
    resource = entry.resource
    value = json.dumps(plain(entry.value), sort_keys=True)
    parts = (entry.rule.id, resource.kind, resource.namespace, resource.name, entry.finding.field, value)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
