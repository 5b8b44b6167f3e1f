"""Pages of network interfaces, which moto does not have.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html
"""

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.responses._base_response import EC2BaseResponse

from privatelink.sandbox.filters import page


class Actions(EC2BaseResponse):  # type: ignore[misc]
    """The EC2 API action on network interfaces."""

    def describe_network_interfaces(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html"""
        ids = self._get_param("NetworkInterfaceIds", [])
        size = self._get_int_param("MaxResults")
        if ids and size is not None:
            raise EC2ClientError(
                "InvalidParameterCombination",
                "The parameter networkInterfaceId cannot be used with the parameter maxResults",
            )
        self.error_on_dryrun()
        found = self.ec2_backend.get_all_network_interfaces(ids, self._filters_from_querystring())
        items, token = page(found, size, self._get_param("NextToken"))
        return ActionResult({"NetworkInterfaces": items, "NextToken": token})
