"""The identity of a caller is one that a service allows."""

from privatelink.sandbox.process import Sandbox
from tests.support.sandbox_fixtures import Account, HomeAccount, boto_client


def test_the_own_identity_can_be_an_allowed_principal(sandbox: Sandbox, provider: Account) -> None:
    identity = boto_client(sandbox, "sts").get_caller_identity()
    assert identity["Arn"] == f"arn:aws:iam::{identity['Account']}:user/moto"
    home = HomeAccount(sandbox, identity["Account"])
    service = home.vpc("10.46.0.0/16").service_admitting(identity["Arn"])
    (allowed,) = home.ec2.describe_vpc_endpoint_service_permissions(ServiceId=service["ServiceId"])[
        "AllowedPrincipals"
    ]
    assert (allowed["Principal"], allowed["PrincipalType"]) == (identity["Arn"], "User")


def test_an_assumed_role_keeps_its_arn(provider: Account) -> None:
    identity = provider.client("sts").get_caller_identity()
    assert identity["Arn"] == f"arn:aws:sts::{provider.number}:assumed-role/test/test"
