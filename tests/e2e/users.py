"""The users of the test cluster, its token file and its kubeconfig."""

import json
import secrets
from dataclasses import dataclass, field

MASTERS = "system:masters"
CONTROLLER_NAME = "system:serviceaccount:kube-system:cloud-controller"


@dataclass(frozen=True)
class User:
    """One user whom the API server knows by a bearer token."""

    name: str
    groups: tuple[str, ...] = (MASTERS,)
    token: str = field(default_factory=lambda: secrets.token_hex(16))


def make_users() -> dict[str, User]:
    """Return fresh users by the short name that tests use: of these bob has no right, and controller is an account."""
    account_groups = ("system:serviceaccounts", "system:serviceaccounts:kube-system", MASTERS)
    return {
        "admin": User("admin"),
        "alice": User("alice"),
        "bob": User("bob", ()),
        "controller": User(CONTROLLER_NAME, account_groups),
    }


def token_file(users: dict[str, User]) -> str:
    """Return the text of the API server's token file: token, user name, uid, groups."""
    lines = [f'{user.token},{user.name},{short},"{",".join(user.groups)}"\n' for short, user in users.items()]
    return "".join(lines)


def kubeconfig(url: str, ca_path: str, users: dict[str, User]) -> str:
    """Return a kubeconfig (JSON is YAML) with one context per user, admin being the current one."""
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "e2e", "cluster": {"server": url, "certificate-authority": ca_path}}],
            "users": [{"name": short, "user": {"token": user.token}} for short, user in users.items()],
            "contexts": [{"name": short, "context": {"cluster": "e2e", "user": short}} for short in users],
            "current-context": "admin",
        },
        indent=2,
    )
