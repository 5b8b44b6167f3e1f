"""A path that holds, as facts and as what the probe sees of it; tests break one thing of it each."""

from dataclasses import replace
from ipaddress import IPv4Network

from privatelink.verify.consumer_facts import ConsumerFacts, EndpointAddress, Probe
from privatelink.verify.provider_facts import Listener, ProviderFacts, Target
from privatelink.verify.rules import Rule
from privatelink.verify.sight import Sight, Trace

FIRST, SECOND = "ZIGISPACE - SVR#1", "ZIGISPACE - SVR#2"
PUBLIC = ("203.0.113.1", "203.0.113.2")
ADDRESSES = ("10.20.0.4", "10.20.32.4")
REGIONAL = "vpce-1.vpce-svc-1.vpce.amazonaws.com"
ZONAL = {zone: f"vpce-1-{zone}.vpce-svc-1.vpce.amazonaws.com" for zone in ("zone-a", "zone-c")}
BALANCER = "nlb.elb.amazonaws.com"


def consumer(**changes) -> ConsumerFacts:
    facts = ConsumerFacts(
        name="client",
        endpoint_id="vpce-1",
        state="available",
        service_name="com.amazonaws.vpce.ap-northeast-2.vpce-svc-1",
        far=False,
        vpc_id="vpc-1",
        vpc_cidrs=(IPv4Network("10.20.0.0/16"),),
        dns_support=True,
        dns_hostnames=True,
        private_dns=False,
        regional_name=REGIONAL,
        zonal_names=ZONAL,
        private_names=(),
        addresses=(
            EndpointAddress(ADDRESSES[0], "zone-a", "az1", IPv4Network("10.20.0.0/20")),
            EndpointAddress(ADDRESSES[1], "zone-c", "az3", IPv4Network("10.20.32.0/20")),
        ),
        group_ids=("sg-endpoint",),
        rules=(Rule(80, 80, (IPv4Network("10.20.0.0/16"),)),),
        probe=Probe(
            instance_id="i-probe",
            address=IPv4Network("10.20.0.5"),
            public_address=IPv4Network("198.51.100.7"),
            group_ids=("sg-probe",),
            internet_gateway="igw-1",
        ),
        further={},
    )
    return replace(facts, **changes)


def provider(**changes) -> ProviderFacts:
    facts = ProviderFacts(
        service_id="vpce-svc-1",
        zone_ids=("az1", "az3"),
        connections={"vpce-1": "available"},
        balancer_name="ZIGI-ELB-Pub",
        dns_name=BALANCER,
        internal=False,
        public_addresses=PUBLIC,
        group_ids=("sg-nlb",),
        rules=(Rule(80, 80, (IPv4Network("0.0.0.0/0"),)),),
        enforced=False,
        listeners=(Listener(80),),
        targets=(Target("i-a", "az1", 80, "healthy", ""), Target("i-c", "az3", 80, "healthy", "")),
        texts={"i-a": "one", "i-c": "two"},
        backend_zone_ids={"i-a": "az1", "i-c": "az3"},
        backend_states={"i-a": "running", "i-c": "running"},
    )
    return replace(facts, **changes)


CROSSING = (Listener(80, crosses_zones=True),)
"""A listener with cross-zone load balancing."""


def sight(texts: dict[str, str], hops: tuple[str, ...] = ()) -> Sight:
    """Every address answers its text to each request, and a trace reaches it by those hops."""
    return Sight(
        addresses=tuple(texts),
        error="",
        answers={address: {text: 10} for address, text in texts.items()},
        failures={address: {} for address in texts},
        traces={address: Trace(hops, reached=True) for address in texts},
    )


def unanswered(addresses: tuple[str, ...]) -> Sight:
    """Nothing comes back."""
    return Sight(
        addresses=addresses,
        error="",
        answers={address: {} for address in addresses},
        failures={address: {"timed out": 2} for address in addresses},
        traces={address: Trace((), reached=False) for address in addresses},
    )


UNRESOLVED = Sight((), "Name or service not known", {}, {}, {})


def failing(checks) -> dict[str, str]:
    """The hop of each failed check, by its id."""
    return {check.id: check.hop for check in checks if check.outcome == "fails"}
