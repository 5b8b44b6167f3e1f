"""Tags: of principals, endpoint connections and DHCP options, too; they are deleted with their resource.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html
"""

import functools
from collections.abc import Callable

from moto.ec2 import utils
from moto.ec2.models import tags
from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.responses import EC2Response
from moto.ec2.utils import add_tag_specification

from privatelink.sandbox.untyped import Moto

PREFIXES = {
    "vpc-endpoint-service-permission": "vpce-svc-perm",
    "vpc-endpoint-connection": "vpce-con",
}

DELETED = {
    "delete_dhcp_options": "DhcpOptionsId",
    "delete_internet_gateway": "InternetGatewayId",
    "delete_network_acl": "NetworkAclId",
    "delete_network_interface": "NetworkInterfaceId",
    "delete_route_table": "RouteTableId",
    "delete_security_group": "GroupId",
    "delete_subnet": "SubnetId",
    "delete_volume": "VolumeId",
    "delete_vpc": "VpcId",
    "release_address": "AllocationId",
}
"""The actions after which moto keeps the tags of the deleted resource, and the parameter with its ID."""


def without_tags(action: Callable[[Moto], Moto], parameter: str) -> Callable[[Moto], Moto]:
    """Return an action that also deletes the tags of the resource that it deletes."""

    @functools.wraps(action)
    def delete(self: Moto) -> Moto:
        answer = action(self)
        self.ec2_backend.tags.pop(self._get_param(parameter), None)
        return answer

    return delete


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

    for name, parameter in DELETED.items():
        setattr(EC2Response, name, without_tags(getattr(EC2Response, name), parameter))

    create_options = EC2Response.create_dhcp_options

    def create_dhcp_options(self: Moto) -> Moto:
        answer = create_options(self)
        answer.result["DhcpOptions"].add_tags(add_tag_specification(self._get_param("TagSpecifications", [])))
        return answer

    EC2Response.create_dhcp_options = create_dhcp_options
