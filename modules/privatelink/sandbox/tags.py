"""Tags: of allowed principals and endpoint connections too, of whose IDs moto knows nothing.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html
"""

from moto.ec2 import utils
from moto.ec2.models import tags
from moto.ec2.models.core import TaggedEC2Resource

from privatelink.sandbox.untyped import Moto

PREFIXES = {
    "vpc-endpoint-service-permission": "vpce-svc-perm",
    "vpc-endpoint-connection": "vpce-con",
}


def install() -> None:
    """Make moto accept tags on these resources and name their types, and look up the tags of a resource.

    moto compares the ID with that of each tag in the Region: 2 seconds for a page of 5,000 endpoints.
    """
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

    def get_tags(self: Moto) -> list[dict[str, str]]:
        found = self.ec2_backend.tags.get(self.id) if self.id else None
        kind = utils.EC2_PREFIX_TO_RESOURCE.get(get_prefix(self.id), "") if found else ""
        return [
            {"resource_id": self.id, "key": key, "value": value, "resource_type": kind}
            for key, value in (found or {}).items()
        ]

    TaggedEC2Resource.get_tags = get_tags
