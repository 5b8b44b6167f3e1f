"""Route 53: a hosted zone that is created with a VPC is private.

https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html
"""

from moto.route53.responses import Route53

from privatelink.sandbox.untyped import Moto


def install() -> None:
    """Set the flag that moto reads, which the API ignores and Terraform does not send."""
    create = Route53.create_hosted_zone

    def create_hosted_zone(self: Moto) -> Moto:
        if self._get_param("VPC.VPCId"):
            self.params["HostedZoneConfig"] = {
                **(self._get_param("HostedZoneConfig") or {}),
                "PrivateZone": True,
            }
        return create(self)

    Route53.create_hosted_zone = create_hosted_zone
