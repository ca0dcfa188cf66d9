"""Facts about the keys that choose, create and address the load balancer of a Service."""

from typing import Final

from elbguard_rules.catalogue.fact import ALLOWS, CLOUD_FILLS_IN, CLOUD_ONLY, FILLED_IN, Subject, Tier, fact, key
from elbguard_rules.documents import (
    ADVANCED,
    CONTROLLER,
    CREATED,
    CREATING,
    EIP,
    HTTPS,
    NOTES,
    OBSERVED,
    OPEN_SOURCE,
    QUIC,
    REFERENCE,
    TABLE_1,
    TABLE_4,
    TABLE_5,
)

_CREATED_TAGS: Final = "v1.23.11-r0 v1.25.6-r0 v1.27.3-r0"
_ELASTIC: Final = "v1.21.10-r10 v1.23.8-r10 v1.25.3-r10"
_CUSTOM_EIP: Final = "v1.23.18-r0 v1.25.13-r0 v1.27.10-r0 v1.28.8-r0 v1.29.4-r0 v1.30.1-r0"

WHICH: Final = Subject(
    "Which load balancer",
    (
        key(
            "elb.class",
            Tier.CORE,
            fact("The class is union, a shared load balancer, or performance, a dedicated one.", TABLE_1, "ELB101"),
            fact("Other products say shared, dedicated or elb for these two.", OPEN_SOURCE, "ELB101"),
            fact("Dedicated load balancers came with v1.17.", NOTES, "ELB102", since="v1.17"),
            fact("Where the key is absent or empty the load balancer is shared.", TABLE_1, because=FILLED_IN),
            fact("Once given it stays.", ADVANCED, "ELB701"),
        ),
        key(
            "elb.id",
            Tier.CORE,
            fact("The ID has 1 to 100 characters.", TABLE_1, "ELB103"),
            fact("All real IDs are UUIDs, and CCE's own webhook refuses others.", OBSERVED, "ELB104"),
            fact("A Service names an existing load balancer, or one to create.", CREATED, "ELB110", "ELB112"),
            fact("Once given it stays; a Service without one may get it.", ADVANCED, "ELB702"),
            fact("The load balancer is in the VPC of the cluster.", NOTES, because=CLOUD_ONLY),
            fact("It outranks elb.ip and spec.loadBalancerIP.", CREATING, because=ALLOWS),
        ),
        key(
            "elb.ip",
            Tier.DOCUMENTED,
            fact("It is the private IPv4 address or the EIP of an existing load balancer.", REFERENCE, "ELB114"),
            fact("CCE finds the load balancer and writes its elb.id.", REFERENCE, because=CLOUD_FILLS_IN),
        ),
        key(
            "elb.subnet-id",
            Tier.CORE,
            fact("The subnet's ID has 1 to 100 characters.", TABLE_1, "ELB105"),
            fact("Up to v1.11.7-r0 a load balancer is created only if the subnet is named.", TABLE_4, "ELB106"),
            fact(
                "Later clusters do not need it; newer documents call it discarded.",
                ADVANCED,
                because="Harmless; a remark would help nobody.",
            ),
        ),
        key(
            "elb.enterpriseID",
            Tier.CORE,
            fact("It chooses the enterprise project, from v1.15 on.", TABLE_4, "ELB108", since="v1.15"),
            fact("It has its effect when a load balancer is created.", TABLE_4, "ELB109"),
            fact("The default project is used without it, and its ID written back.", OBSERVED, because=CLOUD_FILLS_IN),
        ),
    ),
)

CREATE: Final = Subject(
    "A load balancer to create",
    (
        key(
            "elb.autocreate",
            Tier.CORE,
            fact("It is a JSON object, with blanks around it if need be.", TABLE_4, "ELB201"),
            fact("A missing quotation mark, as in one printed example, makes it unreadable.", CREATING, "ELB201"),
            fact("Members that CCE does not know are ignored.", CONTROLLER, "ELB902"),
            fact("A created load balancer is used by nothing else.", CREATED, because=CLOUD_ONLY),
            fact("It stands beside elb.id only after CCE wrote that back.", ADVANCED, "ELB111"),
            fact("Manifests of live Services have both, and what CCE wrote besides.", EIP, "ELB115"),
            fact("An update of it rebuilds nothing.", ADVANCED, "ELB703"),
            fact("name has 1 to 64 letters, digits, underscores, hyphens and periods.", ADVANCED, "ELB202"),
            fact("A real cluster took a name of 66 characters; the console knows a limit of 255.", OBSERVED, "ELB228"),
            fact("The first edition knew lowercase letters, digits and underscores only.", TABLE_5, "ELB227"),
            fact("Without a name CCE makes one of the Service's UID.", TABLE_5, because=FILLED_IN),
            fact("type is public or inner, inner by default.", TABLE_5, "ELB203"),
            fact("bandwidth_name follows the rules of names, with 64 characters at most.", TABLE_5, "ELB204"),
            fact("A missing bandwidth_name is made by the console.", TABLE_5, because=FILLED_IN),
            fact("bandwidth_chargemode is bandwidth or traffic.", TABLE_5, "ELB205"),
            fact("The two clouds default to different charge modes.", ADVANCED, because=FILLED_IN),
            fact("Open Telekom Cloud bills by traffic.", ADVANCED, "ELB245"),
            fact("bandwidth_size is a JSON integer from 1 to 2000.", TABLE_5, "ELB206"),
            fact("Bandwidth comes in steps: of 50 above 300 Mbit/s, of 500 above 1000.", ADVANCED, "ELB244"),
            fact("bandwidth_sharetype is PER; an edition of 2022 knew WHOLE.", TABLE_5, "ELB207", "ELB226"),
            fact("eip_type is a text.", TABLE_5, "ELB208"),
            fact("EIP types differ by region.", ADVANCED, "ELB224"),
            fact("A public one gives bandwidth_size.", TABLE_5, "ELB220"),
            fact("A public one gives bandwidth_sharetype.", TABLE_5, "ELB221"),
            fact("A public one gives eip_type.", TABLE_5, "ELB222"),
            fact("A private one has neither bandwidth nor EIP.", TABLE_5, "ELB225"),
            fact("vip_subnet_cidr_id is the ID of an IPv4 subnet in the cluster's VPC.", TABLE_5, "ELB209"),
            fact("The subnet can be chosen from v1.21 on.", TABLE_5, "ELB240", since="v1.21"),
            fact("vip_address is an IPv4 address of that subnet.", ADVANCED, "ELB210", "ELB230"),
            fact("The private address can be chosen in the releases listed.", ADVANCED, "ELB241", since=_CREATED_TAGS),
            fact("Printed addresses and IDs of asterisks are placeholders.", ADVANCED, "ELB229"),
            fact("ipv6_vip_virsubnet_id is the ID of a network with IPv6.", ADVANCED, "ELB211"),
            fact("elb_virsubnet_ids is an array of network IDs.", TABLE_5, "ELB212"),
            fact("available_zone is an array of zone codes.", TABLE_5, "ELB213"),
            fact("A dedicated one names its zones.", TABLE_5, "ELB231"),
            fact("Examples show one empty zone.", ADVANCED, "ELB232"),
            fact("l4_flavor_name is a text.", TABLE_5, "ELB214"),
            fact("A dedicated one with TCP or UDP listeners names a flavor of layer 4.", ADVANCED, "ELB233"),
            fact("l7_flavor_name is a text, empty for none.", TABLE_5, "ELB215"),
            fact("A dedicated one with HTTP or HTTPS listeners names a flavor of layer 7.", ADVANCED, "ELB235"),
            fact("A dedicated one with QUIC listeners is of the application type, layer 7.", QUIC, "ELB235"),
            fact(
                "Older releases want a flavor of layer 4 beside it, which newer ones do without.",
                HTTPS,
                "ELB234",
                "ELB237",
            ),
            fact("Both flavors are elastic, or both are fixed.", ADVANCED, "ELB243"),
            fact("Elastic flavors exist in the releases listed.", CREATING, "ELB242", since=_ELASTIC),
            fact("Flavors can be named by l4_flavor_id and l7_flavor_id; a name wins.", REFERENCE, "ELB216", "ELB217"),
            fact("A shared one has no zones, flavors, backend subnets or IPv6 subnet.", TABLE_5, "ELB236"),
            fact(
                "Clusters in a shared VPC create no shared load balancers.",
                CREATING,
                because="Whether the VPC is shared cannot be seen in a Service.",
            ),
        ),
        key(
            "elb.tags",
            Tier.DOCUMENTED,
            fact("Tags are key=value pairs with commas between them.", ADVANCED, "ELB116"),
            fact("Tags are attached when a load balancer is created.", ADVANCED, "ELB118"),
            fact("A tag's key stands there once.", ADVANCED, "ELB117"),
            fact("Tags exist in the releases listed.", ADVANCED, "ELB119", since=_CREATED_TAGS),
        ),
        key(
            "elb.instance-reclaim-policy",
            Tier.UNCONFIRMED,
            fact("The policy is retain or alwaysDelete.", OBSERVED, "ELB122"),
            fact("It is about a created load balancer.", OBSERVED, "ELB124"),
            fact("It exists from v1.28.15-r60 on.", OBSERVED, "ELB123", since="v1.28.15-r60"),
        ),
        key(
            "elb.persist-autocreate",
            Tier.LEGACY,
            fact("Old controllers read true or false.", CONTROLLER, because="Known, and never blamed."),
        ),
    ),
)

ADDRESS: Final = Subject(
    "The public address",
    (
        key(
            "elb.custom-eip-id",
            Tier.DOCUMENTED,
            fact("It replaces the EIP that CCE created, so it comes with an update.", EIP, "ELB128"),
            fact("Without elb.eip-id on the Service it has no effect.", EIP, "ELB706"),
            fact("It is the UUID of an EIP.", EIP, "ELB129"),
            fact("The EIP is bound to nothing else.", EIP, because=CLOUD_ONLY),
            fact("It exists in the releases listed.", EIP, "ELB127", since=_CUSTOM_EIP),
        ),
        key(
            "elb.eip-id",
            Tier.PLATFORM,
            fact("CCE writes it, and a user neither changes nor removes it.", EIP, "ELB705"),
            fact(
                "Printed manifests of live Services contain it.",
                EIP,
                because="A Service created from such a manifest is not blamed.",
            ),
        ),
        key(
            "elb.custom-eip-status",
            Tier.PLATFORM,
            fact("CCE writes it after the EIP was replaced.", EIP, "ELB712"),
            fact("It holds the EIP's ID and address.", EIP, "ELB130"),
        ),
    ),
)
