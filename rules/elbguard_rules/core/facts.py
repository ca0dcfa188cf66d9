"""What is known about the cluster. Reading what is not known raises `Unknown`: nothing is ever guessed."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, Self

from elbguard_rules.core.ip_addresses import IPAddress, plain
from elbguard_rules.core.record import record

ClusterType = Literal["standard", "turbo", "autopilot"]
DescribedType = Literal["standard", "turbo"]  # of which documents say what they do
ProxyMode = Literal["iptables", "ipvs"]
Profile = Literal["huawei", "otc"]

_VERSION: Final = re.compile(r"v?(\d{1,5})\.(\d{1,5})(?:\.(\d{1,5}))?(?:-r(\d{1,9})(?:\.\d+)*)?(?:[-+].*)?", re.ASCII)

# The minor lines of Kubernetes 1 that CCE has shipped (CCE bulletin "Kubernetes version policy", cce_bulletin_0033).
SHIPPED: Final = (9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36)


AUTOPILOT: Final = "what holds in a CCE Autopilot cluster"


class Unknown(Exception):
    """A rule asked for a fact that is not known; the engine notes the rule as skipped."""

    def __init__(self, fact: str) -> None:
        super().__init__(fact)
        self.fact = fact


@dataclass(frozen=True)
class Version:
    """A CCE cluster version `vMAJOR.MINOR.PATCH-rREVISION`; patch and revision may be left open by an operator.

    CCE names its releases so since v1.9 (CCE bulletin "Kubernetes version policy", cce_bulletin_0033).
    """

    major: int
    minor: int
    patch: int | None = None
    revision: int | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `v1.28.15-r0-28.0.51`, `v1.28.15-r0`, `v1.28.15` or `1.28`; what follows the revision is ignored.

        Raises ValueError with one sentence when the text is no version.
        """
        if not (match := _VERSION.fullmatch(text.strip())):
            raise ValueError(f"{text!r} is not a cluster version: write it as v1.28.15-r0")
        major, minor, patch, revision = (None if part is None else int(part) for part in match.groups())
        assert major is not None and minor is not None  # noqa: S101, PT018 - the pattern demands both
        return cls(major, minor, patch, revision)

    @cached_property
    def line(self) -> tuple[int, int]:
        """The (major, minor) pair, by which CCE's release gates are listed."""
        return (self.major, self.minor)

    def __hash__(self) -> int:
        """Made once: gates remember their answers by version."""
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.major, self.minor, self.patch, self.revision))

    def __str__(self) -> str:
        text = f"v{self.major}.{self.minor}"
        text += "" if self.patch is None else f".{self.patch}"
        return text if self.revision is None else f"{text}-r{self.revision}"


@record
class VersionGate:
    """From which versions on a feature exists: one release per minor line, as CCE's documents list them.

    A line listed: patch and revision decide. A line above all listed ones has the feature, one below has it not. Of a
    line between two listed ones no document says anything; CCE never shipped those that are missing so far.
    """

    lines: tuple[Version, ...]

    def met(self, version: Version) -> bool:
        """Whether a cluster of this version has the feature.

        Raises Unknown when the version is not precise enough, or when no document speaks of its line.
        """
        for gate in self.lines:
            if gate.line == version.line:
                return self._met_within(gate, version)
        if self.leaves_open(version):
            raise Unknown(f"whether a cluster of v{version.major}.{version.minor} has it (it is since {self})")
        return version.line > self.lines[0].line

    def leaves_open(self, version: Version) -> bool:
        """Whether the version is of a line between two listed ones, of which no document says anything."""
        listed = [gate.line for gate in self.lines]
        return listed[0] < version.line < listed[-1] and version.line not in listed

    @staticmethod
    def _met_within(gate: Version, version: Version) -> bool:
        for needed, there in ((gate.patch, version.patch), (gate.revision, version.revision)):
            if not needed:  # the gate says no more, or names the first release there is
                needed = 0  # noqa: PLW2901 - absent and zero mean the same in a gate
            if there is None:
                if needed == 0:
                    return True
                raise Unknown(f"exact cluster version (only {version} is known)")
            if there != needed:
                return there > needed
        return True

    def release_for(self, version: Version) -> Version:
        """The release that a cluster of this version would have to reach: that of its line, or the next listed one."""
        return next((gate for gate in self.lines if gate.line >= version.line), self.lines[-1])

    def __str__(self) -> str:
        """`v1.17`, or `v1.23.13-r0, v1.25.8-r0`: what stands after "needs a cluster of ... or later"."""
        return ", ".join(map(str, self.lines))


def since(*versions: str) -> VersionGate:
    """A gate from the releases a document lists, lowest first: `since("v1.17")`."""
    return VersionGate(tuple(sorted((Version.parse(v) for v in versions), key=lambda v: v.line)))


Facts = tuple[Version | None, ClusterType | None, ProxyMode | None, Profile | None]


class Cluster:
    """The facts of one cluster, as the operator gave them or as they were observed. None means not known."""

    __slots__ = ("_node_ips", "_profile", "_proxy_mode", "_type", "_version", "facts")

    def __init__(
        self,
        version: Version | None = None,
        type: ClusterType | None = None,  # noqa: A002 - the word of CCE
        proxy_mode: ProxyMode | None = None,
        node_ips: frozenset[IPAddress] | None = None,
        profile: Profile | None = None,
    ) -> None:
        self._version, self._type, self._proxy_mode, self._profile = version, type, proxy_mode, profile
        self.facts: Facts = (version, type, proxy_mode, profile)  # all but the addresses, as a key
        self._node_ips = None if node_ips is None else frozenset(map(plain, node_ips))

    def above(self, other: "Cluster") -> "Cluster":
        """The facts of this one, and those of another where this one knows none."""
        return Cluster(
            self._version or other._version,
            self._type or other._type,
            self._proxy_mode or other._proxy_mode,
            other._node_ips if self._node_ips is None else self._node_ips,
            self._profile or other._profile,
        )

    def knows(self, fact: Literal["version", "type", "proxy_mode", "node_ips", "profile"]) -> bool:
        """Whether a fact is known, for the rare rule that has something to say when it is not."""
        return getattr(self, f"_{fact}") is not None

    @property
    def version(self) -> Version:
        """The CCE version. Raises Unknown."""
        if self._version is None:
            raise Unknown("cluster version")
        return self._version

    @property
    def type(self) -> DescribedType:
        """`standard`, or `turbo` (Cloud Native Network 2.0). Raises Unknown, in an Autopilot cluster too.

        What documents say about these two they do not say about Autopilot.
        """
        if self._type is None:
            raise Unknown("cluster type")
        if self._type == "autopilot":
            raise Unknown(AUTOPILOT)
        return self._type

    @property
    def is_autopilot(self) -> bool:
        """Whether it is known to be a CCE Autopilot cluster."""
        return self._type == "autopilot"

    @property
    def profile(self) -> Profile:
        """Whose cloud it runs in: `huawei`, or `otc` (Open Telekom Cloud). Raises Unknown."""
        if self._profile is None:
            raise Unknown("profile")
        return self._profile

    @property
    def proxy_mode(self) -> ProxyMode:
        """How kube-proxy forwards. Raises Unknown."""
        if self._proxy_mode is None:
            raise Unknown("proxy mode")
        return self._proxy_mode

    @property
    def node_ips(self) -> frozenset[IPAddress]:
        """The addresses of the nodes. Raises Unknown."""
        if self._node_ips is None:
            raise Unknown("node addresses")
        return self._node_ips


def outside_otc(cluster: Cluster) -> bool:
    """Whether it is not known to run in Open Telekom Cloud."""
    return not in_otc(cluster)


def in_otc(cluster: Cluster) -> bool:
    """Whether it is known to run in Open Telekom Cloud; without a profile what either cloud documents is accepted."""
    return cluster.knows("profile") and cluster.profile == "otc"
