"""Examples and programs of the checkout that several tests run."""

from tests.support.project import PROJECT
from tests.support.synth import TOPOLOGIES

PROGRAMS = sorted((PROJECT / "examples/python").glob("*.py"))
PRIVATE_DNS = PROJECT / "examples" / "private-dns.yaml"

ALWAYS = {"W1", "W2", "W3", "W6", "W7", "W10"}
# The steps that the demo of each of these topologies shows.
SHOWN = {
    "topology": ALWAYS | {"W8"},
    "internal": ALWAYS | {"W8", "W13"},
    "managed": ALWAYS | {"W8", "W13"},
    "automatic": ALWAYS | {"W9", "W13"},
    "three-by-three": ALWAYS | {"W8"},
    "provider-only": ALWAYS - {"W7", "W10"},
}
APPLIED = [path for path in TOPOLOGIES if path.stem in SHOWN]

# What the provider makes of AWS's InvalidServiceName; the README says what it means.
NOT_FOUND = r"(?s)couldn't find resource.*data\.aws_vpc_endpoint_service\.endpoint"
