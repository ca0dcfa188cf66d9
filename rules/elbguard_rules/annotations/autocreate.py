"""kubernetes.io/elb.autocreate: the load balancer to create along with the Service."""

from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import MISSING

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.default import Default, told
from elbguard_rules.core.fact import FILLED_IN, Subject, Tier, fact
from elbguard_rules.core.facts import since
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.jsonvalue import JsonValue, Object
from elbguard_rules.core.policy import Policy
from elbguard_rules.core.problem import Kind, Severity
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.service import Service
from elbguard_rules.core.shapes import Shape, Whole, refuse
from elbguard_rules.documents import (
    ADVANCED,
    CONTROLLER,
    CREATED,
    CREATING,
    EIP,
    HTTPS,
    OBSERVED,
    QUIC,
    REFERENCE,
    TABLE_4,
    TABLE_5,
)
from elbguard_rules.vocabulary import made_names


@told("the type is public")
def _is_public(service: Service) -> bool:
    lb = service[AUTOCREATE]
    return lb is not None and lb.type == "public"


@told("`bandwidth`, with profile otc `traffic`")
def _charge_mode(service: Service, policy: Policy) -> str:
    return "traffic" if policy.profile == "otc" else "bandwidth"


def _is_to_be_created(service: Service) -> bool:
    """The load balancer is yet to be created."""
    return service.is_new


def is_elastic(flavor: str) -> bool:
    """Whether a flavor grows with its load. No document says how those are named: the one example is taken for it."""
    return flavor.endswith(".pro.max")


_ELASTIC: Final = introduced(
    "ELB242",
    "elastic-flavor-on-old-cluster",
    CREATING.quote(
        "v1.21.10-r10, v1.23.8-r10, v1.25.3-r10, or later",
        "Which flavors are elastic is not said: names that end with .pro.max are taken for such.",
    ),
    since("v1.21.10-r10", "v1.23.8-r10", "v1.25.3-r10"),
    what="Elastic flavors exist",
    fix="Use a fixed flavor, such as L4_flavor.elb.s1.small, or upgrade the cluster.",
    severity=Severity.WARNING,
    of=is_elastic,
    feature="an elastic flavor",
    when=_is_to_be_created,
)


class _ShareType(Shape):
    """PER; WHOLE is tolerated, since an older edition had it."""

    def check(self, value: str) -> str:
        """Refuse other values."""
        if value not in ("PER", "WHOLE"):
            refuse(Kind.NOT_SUPPORTED, 'supported values: "PER"')
        return value

    def keywords(self, kind: str = "string") -> dict[str, Any]:
        """`enum`."""
        return {"enum": ["PER", "WHOLE"]}


class Autocreate(JsonValue):
    """The members of the JSON object (Table 5). CCE reads an empty text as if the member were not there."""

    blank_is_absent: ClassVar[bool] = True

    name: Annotated[
        str | MISSING,
        made_names.Name(1, 255),
        Rule(
            "ELB202",
            "bad-load-balancer-name",
            "A load balancer's name has 1 to 64 letters, digits, underscores, hyphens and periods.",
            TABLE_5.quote(
                "1 to 64 characters, including lowercase letters, digits, and underscores (_)",
                "That document's own examples and its default have hyphens, newer editions allow upper case, hyphens"
                " and periods, and a name of 66 characters was seen to work: up to 255 are a warning (ELB228).",
            ),
            "Use up to 64 letters, digits, underscores, hyphens and periods.",
            covers=("S058",),
        ),
        Default(made_names.load_balancer_name),
    ] = MISSING
    type: Annotated[
        Literal["public", "inner"] | MISSING,
        Rule(
            "ELB203",
            "unknown-network-type",
            "The network is public or inner.",
            TABLE_5.quote("public: public network load balancer; inner: private network load balancer"),
            "Write public for a load balancer with an EIP, inner for a private one.",
            covers=("S059",),
        ),
        Default("inner"),
    ] = MISSING
    bandwidth_name: Annotated[
        str | MISSING,
        made_names.Name(1, 64),
        Rule(
            "ELB204",
            "bad-bandwidth-name",
            "A bandwidth's name has 1 to 64 letters, digits, underscores, hyphens and periods.",
            TABLE_5.quote(
                "1 to 64 characters, including lowercase letters, digits, and underscores (_)",
                "That document's own examples have hyphens; newer editions allow letters, digits, and _ - .",
            ),
            "Use up to 64 letters, digits, underscores, hyphens and periods.",
            covers=("S060",),
        ),
        Default(made_names.bandwidth_name, _is_public),
    ] = MISSING
    bandwidth_chargemode: Annotated[
        Literal["bandwidth", "traffic"] | MISSING,
        Rule(
            "ELB205",
            "unknown-charge-mode",
            "Bandwidth is billed by bandwidth or by traffic.",
            TABLE_5.quote(
                "bandwidth: billed by bandwidth; traffic: billed by traffic",
                "Open Telekom Cloud's table has traffic only, one of its examples bandwidth: that is a warning under"
                " its profile (ELB245).",
            ),
            "Write bandwidth or traffic.",
            covers=("S061",),
        ),
        Default(_charge_mode, _is_public),
    ] = MISSING
    bandwidth_size: Annotated[
        int | MISSING,
        Whole(1, 2000, "Mbit/s"),
        Rule(
            "ELB206",
            "bandwidth-out-of-range",
            "Bandwidth is a JSON integer from 1 to 2000 Mbit/s.",
            TABLE_5.quote(
                "Integer. Bandwidth size. The default value is 1 to 2000 Mbit/s.",
                "A range is no default: nothing is filled in.",
            ),
            "Write a whole number of Mbit/s from 1 to 2000, without quotes.",
            covers=("S062",),
        ),
    ] = MISSING
    bandwidth_sharetype: Annotated[
        str | MISSING,
        _ShareType(),
        Rule(
            "ELB207",
            "unknown-share-type",
            "Bandwidth is dedicated to the load balancer: the share type is PER.",
            TABLE_5.quote(
                "PER: dedicated bandwidth",
                "An older edition of Open Telekom Cloud also had WHOLE: a warning (ELB226).",
            ),
            "Write PER.",
            covers=("S063",),
        ),
    ] = MISSING
    eip_type: Annotated[
        str | MISSING,
        Rule(
            "ELB208",
            "eip-type-not-text",
            "The EIP type is a text.",
            TABLE_5.quote("String. EIP type."),
            "Write the type as a string, such as 5_bgp.",
            covers=("S064",),
        ),
    ] = MISSING
    vip_subnet_cidr_id: Annotated[
        str | MISSING,
        Rule(
            "ELB209",
            "vip-subnet-not-text",
            "The load balancer's subnet is named by its ID, a text.",
            TABLE_5.quote("String. Subnet where the ELB load balancer is located."),
            "Write the IPv4 subnet ID as a string.",
        ),
        introduced(
            "ELB240",
            "vip-subnet-on-old-cluster",
            TABLE_5.quote("This field is supported by clusters of v1.21 or later."),
            since("v1.21"),
            what="The load balancer's subnet can be chosen",
            fix="Leave vip_subnet_cidr_id out: the load balancer is put into the cluster's subnet.",
            covers=("S065",),
        ),
    ] = MISSING
    vip_address: Annotated[
        str | MISSING,
        Rule(
            "ELB210",
            "vip-address-not-text",
            "The load balancer's private address is a text.",
            CREATING.quote("vip_address: private IP address of the load balancer"),
            "Write the IPv4 address as a string.",
        ),
        introduced(
            "ELB241",
            "vip-address-on-old-cluster",
            CREATING.quote("vip_address: v1.23.11-r0, v1.25.6-r0, v1.27.3-r0, or later"),
            since("v1.23.11-r0", "v1.25.6-r0", "v1.27.3-r0"),
            what="The load balancer's private address can be chosen",
            fix="Leave vip_address out: the load balancer gets an address of its subnet.",
        ),
    ] = MISSING
    ipv6_vip_virsubnet_id: Annotated[
        str | MISSING,
        Rule(
            "ELB211",
            "ipv6-subnet-not-text",
            "The load balancer's IPv6 subnet is named by its ID, a text.",
            CREATING.quote("ipv6_vip_virsubnet_id: ID of the IPv6 subnet"),
            "Write the network ID as a string.",
        ),
    ] = MISSING
    elb_virsubnet_ids: Annotated[
        list[str] | MISSING,
        Rule(
            "ELB212",
            "backend-subnets-not-list",
            "The backend subnets are an array of network IDs.",
            TABLE_5.quote("Array of strings. Subnet where the backend server of the load balancer is located."),
            'Write an array, such as ["14567f27-8ae4-42b8-ae47-9f847a4690dd"].',
            covers=("S069",),
        ),
    ] = MISSING
    available_zone: Annotated[
        list[str] | MISSING,
        Rule(
            "ELB213",
            "zones-not-list",
            "The availability zones are an array of their codes.",
            TABLE_5.quote("Array of strings. AZ where the load balancer is located."),
            'Write an array, such as ["cn-south-2b"].',
            covers=("S066",),
        ),
    ] = MISSING
    l4_flavor_name: Annotated[
        str | MISSING,
        Rule(
            "ELB214",
            "l4-flavor-not-text",
            "The layer-4 flavor is named by a text.",
            TABLE_5.quote("String. Flavor name of the layer-4 load balancer."),
            "Write the flavor's name as a string, such as L4_flavor.elb.s1.small.",
            covers=("S067",),
        ),
        _ELASTIC,
    ] = MISSING
    l7_flavor_name: Annotated[
        str | MISSING,
        Rule(
            "ELB215",
            "l7-flavor-not-text",
            "The layer-7 flavor is named by a text.",
            TABLE_5.quote("String. Flavor name of the layer-7 load balancer."),
            "Write the flavor's name as a string, such as L7_flavor.elb.s2.small.",
            covers=("S068",),
        ),
        _ELASTIC,
    ] = MISSING
    l4_flavor_id: Annotated[
        str | MISSING,
        Rule(
            "ELB216",
            "l4-flavor-id-not-text",
            "The layer-4 flavor's ID is a text.",
            REFERENCE.quote("l4_flavor_id", "The name wins where both are given."),
            "Write the flavor's ID as a string.",
        ),
    ] = MISSING
    l7_flavor_id: Annotated[
        str | MISSING,
        Rule(
            "ELB217",
            "l7-flavor-id-not-text",
            "The layer-7 flavor's ID is a text.",
            REFERENCE.quote("l4_flavor_id", "By analogy with l4_flavor_id."),
            "Write the flavor's ID as a string.",
        ),
    ] = MISSING

    @property
    def dedicated_members(self) -> tuple[str, ...]:
        """The members given, with something in them, that only a dedicated load balancer has."""
        return tuple(name for name in DEDICATED if name in self.model_fields_set and any(getattr(self, name)))


DEDICATED: Final = (
    "available_zone",
    "l4_flavor_name",
    "l7_flavor_name",
    "l4_flavor_id",
    "l7_flavor_id",
    "elb_virsubnet_ids",
    "ipv6_vip_virsubnet_id",
)

AUTOCREATE: Final[Annotation[Autocreate]] = Annotation(
    "kubernetes.io/elb.autocreate",
    Object(Autocreate),
    Rule(
        "ELB201",
        "malformed-autocreate",
        "The load balancer to create is described by a JSON object.",
        TABLE_5.quote("elb.autocreate object"),
        "Write one JSON object in braces, its names and texts in double quotes.",
        covers=("S055",),
    ),
    purpose="the load balancer to create along with the Service",
    about=Subject.CREATE,
    tier=Tier.CORE,
    after_create="fixed",
    facts=(
        fact("It is a JSON object, with blanks around it if need be.", TABLE_4, "ELB201"),
        fact("A missing quotation mark, as in one printed example, makes it unreadable.", CREATING, "ELB201"),
        fact("Members that CCE does not know are ignored.", CONTROLLER, "ELB902"),
        fact("A created load balancer is used by nothing else.", CREATED, "ELB931"),
        fact("It stands beside elb.id only after CCE wrote that back.", ADVANCED, "ELB111"),
        fact("Manifests of live Services have both, and what CCE wrote besides.", EIP, "ELB115"),
        fact("An update of it rebuilds nothing.", ADVANCED, "ELB703"),
        fact("name has 1 to 64 letters, digits, underscores, hyphens and periods.", ADVANCED, "ELB202"),
        fact("A real cluster took a name of 66 characters; the console knows a limit of 255.", OBSERVED, "ELB228"),
        fact("The first edition knew lowercase letters, digits and underscores only.", TABLE_5, "ELB227"),
        fact("Each one has a name of its own.", TABLE_5, "ELB935"),
        fact("Without a name CCE makes one of the Service's UID.", TABLE_5, because=FILLED_IN),
        fact("A missing bandwidth_name is made by the console.", TABLE_5, because=FILLED_IN),
        fact("The two clouds default to different charge modes.", ADVANCED, because=FILLED_IN),
        fact("Open Telekom Cloud bills by traffic.", ADVANCED, "ELB245"),
        fact("Bandwidth comes in steps: of 50 above 300 Mbit/s, of 500 above 1000.", ADVANCED, "ELB244"),
        fact("bandwidth_sharetype is PER; an edition of 2022 knew WHOLE.", TABLE_5, "ELB207", "ELB226"),
        fact("EIP types differ by region.", ADVANCED, "ELB224"),
        fact("A public one gives bandwidth_size.", TABLE_5, "ELB220"),
        fact("A public one gives bandwidth_sharetype.", TABLE_5, "ELB221"),
        fact("A public one gives eip_type.", TABLE_5, "ELB222"),
        fact("A private one has neither bandwidth nor EIP.", TABLE_5, "ELB225"),
        fact("vip_address is an IPv4 address of that subnet.", ADVANCED, "ELB210", "ELB230"),
        fact("Printed addresses and IDs of asterisks are placeholders.", ADVANCED, "ELB229"),
        fact("ipv6_vip_virsubnet_id is the ID of a network with IPv6.", ADVANCED, "ELB211"),
        fact("A dedicated one names its zones.", TABLE_5, "ELB231"),
        fact("Examples show one empty zone.", ADVANCED, "ELB232"),
        fact("A dedicated one with TCP or UDP listeners names a flavor of layer 4.", ADVANCED, "ELB233"),
        fact("A dedicated one with HTTP or HTTPS listeners names a flavor of layer 7.", ADVANCED, "ELB235"),
        fact("A dedicated one with QUIC listeners is of the application type, layer 7.", QUIC, "ELB235"),
        fact(
            "Older releases want a flavor of layer 4 beside it, which newer ones do without.",
            HTTPS,
            "ELB234",
            "ELB237",
        ),
        fact("Both flavors are elastic, or both are fixed.", ADVANCED, "ELB243"),
        fact("Flavors can be named by l4_flavor_id and l7_flavor_id; a name wins.", REFERENCE, "ELB216", "ELB217"),
        fact("A shared one has no zones, flavors, backend subnets or IPv6 subnet.", TABLE_5, "ELB236"),
        fact(
            "Clusters in a shared VPC create no shared load balancers.",
            CREATING,
            because="Whether the VPC is shared cannot be seen in a Service.",
        ),
    ),
)
