"""Tags of allowed principals and endpoint connections, of whose IDs moto knows nothing.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html
"""

from moto.ec2 import utils
from moto.ec2.models import tags

PREFIXES = {
    "vpc-endpoint-service-permission": "vpce-svc-perm",
    "vpc-endpoint-connection": "vpce-con",
}


def install() -> None:
    """Make moto accept tags on these resources, and name their types."""
    known = utils.get_prefix

    def get_prefix(resource_id: str) -> str:
        # moto would take the prefix of an endpoint service or of an endpoint.
        for prefix in PREFIXES.values():
            if resource_id.startswith(f"{prefix}-"):
                return prefix
        return str(known(resource_id))

    utils.EC2_RESOURCE_TO_PREFIX.update(PREFIXES)
    utils.EC2_PREFIX_TO_RESOURCE.update({prefix: kind for kind, prefix in PREFIXES.items()})
    utils.get_prefix = tags.get_prefix = get_prefix
