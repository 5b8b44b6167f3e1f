"""Route 53: a hosted zone created with a VPC is private, and can be shared with VPCs of other accounts.

https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-associate-vpcs-different-accounts.html
"""

from collections.abc import Iterator
from typing import NamedTuple

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends
from moto.route53 import urls
from moto.route53.exceptions import Route53ClientError
from moto.route53.models import Route53Backend, route53_backends
from moto.route53.responses import Route53

from privatelink.sandbox.untyped import Moto

PATH = r"{0}/(?P<api_version>[\d_-]+)/hostedzone/(?P<zone_id>[^/]+)/"
SHARING = ("authorizevpcassociation", "deauthorizevpcassociation")


class SharedVpc(NamedTuple):
    """A VPC that the owner of a hosted zone allows its own owner to associate."""

    vpc_id: str
    region: str


def all_accounts() -> Iterator[Moto]:
    """Yield the backend of each account."""
    for backends in list(route53_backends.values()):
        yield from list(backends.values())


def authorized(zone: Moto) -> dict[SharedVpc, None]:
    """Return the VPCs of other accounts that can be associated with a hosted zone."""
    if "authorized" not in vars(zone):
        zone.authorized = {}
    found: dict[SharedVpc, None] = zone.authorized
    return found


def owns(account: str, vpc: SharedVpc) -> bool:
    """Return whether a VPC belongs to an account."""
    return vpc.region in ec2_backends[account] and vpc.vpc_id in ec2_backends[account][vpc.region].vpcs


class Actions(Route53):  # type: ignore[misc]
    """The Route 53 API actions by which an account shares a hosted zone."""

    def create_vpc_association_authorization(self) -> ActionResult:
        """https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateVPCAssociationAuthorization.html"""
        zone, vpc = self.backend.get_hosted_zone(self._get_param("HostedZoneId")), asked(self)
        authorized(zone)[vpc] = None
        return ActionResult({"HostedZoneId": zone.resource_id, "VPC": shown(vpc)})

    def delete_vpc_association_authorization(self) -> ActionResult:
        """https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeleteVPCAssociationAuthorization.html"""
        zone, vpc = self.backend.get_hosted_zone(self._get_param("HostedZoneId")), asked(self)
        if vpc not in authorized(zone):
            raise Route53ClientError(
                "VPCAssociationAuthorizationNotFound",
                f"The VPC {vpc.vpc_id} is not authorized to be associated with the hosted zone {zone.id}.",
            )
        del authorized(zone)[vpc]
        return ActionResult({})

    def list_vpc_association_authorizations(self) -> ActionResult:
        """https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListVPCAssociationAuthorizations.html"""
        zone = self.backend.get_hosted_zone(self._get_param("HostedZoneId"))
        return ActionResult(
            {"HostedZoneId": zone.resource_id, "VPCs": [shown(vpc) for vpc in authorized(zone)]}
        )

    def associate_vpc_with_hosted_zone(self) -> ActionResult:
        """https://docs.aws.amazon.com/Route53/latest/APIReference/API_AssociateVPCWithHostedZone.html"""
        zone_id, vpc = self._get_param("HostedZoneId"), asked(self)
        owner = owner_of(zone_id) or self.backend
        foreign = owner.account_id != self.current_account or not owns(self.current_account, vpc)
        if foreign and vpc not in authorized(owner.get_hosted_zone(zone_id)):
            raise NotAuthorizedError(vpc)
        owner.associate_vpc_with_hosted_zone(zone_id, vpc.vpc_id, vpc.region)
        return changed(self)

    def disassociate_vpc_from_hosted_zone(self) -> ActionResult:
        """https://docs.aws.amazon.com/Route53/latest/APIReference/API_DisassociateVPCFromHostedZone.html"""
        zone_id, vpc = self._get_param("HostedZoneId"), asked(self)
        owner = owner_of(zone_id) or self.backend
        if self.current_account != owner.account_id and not owns(self.current_account, vpc):
            raise NotAuthorizedError(vpc)
        owner.disassociate_vpc_from_hosted_zone(zone_id, vpc.vpc_id)
        return changed(self)


class NotAuthorizedError(Route53ClientError):  # type: ignore[misc]
    """The hosted zone and the VPC belong to different accounts, and its owner has not authorized the VPC."""

    def __init__(self, vpc: SharedVpc) -> None:
        super().__init__(
            "NotAuthorizedException",
            f"The VPC: {vpc.vpc_id} has not authorized to associate with your hosted zone.",
        )


def asked(request: Moto) -> SharedVpc:
    """Return the VPC of a request."""
    return SharedVpc(request._get_param("VPC.VPCId"), request._get_param("VPC.VPCRegion"))


def shown(vpc: SharedVpc) -> dict[str, str]:
    """Return a VPC as in the API."""
    return {"VPCRegion": vpc.region, "VPCId": vpc.vpc_id}


def changed(request: Moto) -> ActionResult:
    """Return the answer to a change, which takes effect at once."""
    return ActionResult(
        {
            "ChangeInfo": {
                "Id": "/change/a1b2c3d4",
                "Status": "INSYNC",
                "SubmittedAt": utcnow(),
                "Comment": request._get_param("Comment"),
            }
        }
    )


def owner_of(zone_id: str) -> Moto | None:
    """Return the backend of the account with a hosted zone; None if no account has it."""
    wanted = zone_id.removeprefix("/hostedzone/")
    return next((backend for backend in all_accounts() if wanted in backend.zones), None)


def install() -> None:
    """Set the flag of private zones, which the API ignores and Terraform does not send, and add sharing."""
    create = Route53.create_hosted_zone

    def create_hosted_zone(self: Moto) -> Moto:
        if self._get_param("VPC.VPCId"):
            self.params["HostedZoneConfig"] = {
                **(self._get_param("HostedZoneConfig") or {}),
                "PrivateZone": True,
            }
        return create(self)

    def list_hosted_zones_by_vpc(self: Moto, vpc_id: str) -> list[dict[str, object]]:
        return [
            {
                "HostedZoneId": zone.resource_id,
                "Name": zone.name,
                "Owner": {"OwningAccount": backend.account_id},
            }
            for backend in all_accounts()
            for zone in list(backend.zones.values())
            if zone.private_zone and any(vpc.get("vpc_id") == vpc_id for vpc in zone.vpcs)
        ]

    Route53.create_hosted_zone = create_hosted_zone
    Route53Backend.list_hosted_zones_by_vpc = list_hosted_zones_by_vpc
    urls.url_paths.update({rf"{PATH}{action}/?$": Route53.dispatch for action in SHARING})
