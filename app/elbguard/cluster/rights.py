"""What a person is told whom the API server does not let read or write: which right is missing, and how to grant it."""

import re
import shlex
from dataclasses import dataclass
from typing import Final

from elbguard.cluster.asking import ApiError

_USER: Final = re.compile(r'User "([^"]{1,253})"')
_ACCOUNT: Final = re.compile(r"system:serviceaccount:([^:]+):([^:]+)")
_UNAUTHORIZED: Final = 401
_ANONYMOUS: Final = 'User "system:anonymous"'  # nobody is to be granted anything under this name


@dataclass(frozen=True, slots=True)
class Right:
    """To do something with a kind of object, in a namespace or in all; `resource` is as kubectl writes it."""

    verbs: str
    resource: str
    namespace: str = ""

    def __str__(self) -> str:
        where = f"in the namespace {self.namespace}" if self.namespace else "in all namespaces"
        return f"{self.verbs.replace(',', ', ')} {self.resource} {where}"

    def granted_to(self, whom: str) -> str:
        """The commands that grant it."""
        kind, binding = ("role", "rolebinding") if self.namespace else ("clusterrole", "clusterrolebinding")
        within = f" --namespace={shlex.quote(self.namespace)}" if self.namespace else ""
        name = f"elbguard-{self.resource.partition('.')[0]}"
        made = f"kubectl create {kind} {name} --verb={self.verbs} --resource={self.resource}{within}"
        return f"{made} && kubectl create {binding} {name} --{kind}={name} {whom}{within}"


def refused(error: ApiError, right: Right, host: str) -> str:
    """Why the API server did not do what was asked of it, and what to do."""
    if error.status == _UNAUTHORIZED or _ANONYMOUS in error.text:
        return f"The API server at {host} does not know who is asking: log in again, or give another --context"
    if error.forbidden:
        return f"The right is missing to {right} ({error.text}). Grant it: {right.granted_to(_whom(error))}"
    if not error.status:
        return f"The API server at {host} cannot be asked: {error.text}"
    return f"The API server at {host} cannot {right.verbs} {right.resource}: {error}"


def _whom(error: ApiError) -> str:
    """Who asked, as kubectl takes it, as far as the refusal says it."""
    user = _USER.search(error.text)
    if not user:
        return "--user=NAME"
    account = _ACCOUNT.fullmatch(user.group(1))
    if account:
        return f"--serviceaccount={account.group(1)}:{account.group(2)}"
    return f"--user={shlex.quote(user.group(1))}"
