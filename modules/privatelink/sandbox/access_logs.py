"""Access logs of a load balancer: enabling them requires a bucket policy that allows the log delivery.

https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html#access-logging-bucket-requirements
No logs are written.
"""

from collections.abc import Mapping

from moto.elbv2.exceptions import ELBClientError
from moto.elbv2.models import ELBv2Backend
from moto.s3.models import s3_backends

from privatelink.sandbox.resource_policies import admits
from privatelink.sandbox.untyped import Moto

DELIVERY = "delivery.logs.amazonaws.com"


def check(backend: Moto, attributes: Mapping[str, str]) -> None:
    """Check that access logs can be delivered to the bucket in the attributes of a load balancer.

    Raises:
        ELBClientError: they cannot.
    """
    if attributes.get("access_logs.s3.enabled") != "true":
        return
    name = attributes.get("access_logs.s3.bucket")
    if not name:
        raise ELBClientError("ValidationError", "The value of 'access_logs.s3.bucket' cannot be empty")
    denied = ELBClientError(
        "InvalidConfigurationRequest", f"Access Denied for bucket: {name}. Please check S3bucket permission"
    )
    # The bucket may belong to another account.
    partition, owner = s3_backends.bucket_accounts.get(name, (None, None))
    if owner is None:
        raise denied
    bucket = s3_backends[owner][partition].buckets[name]
    if bucket.region_name != backend.region_name:
        raise ELBClientError(
            "InvalidConfigurationRequest", f"S3Bucket: {name} is not located in the same region with Elb"
        )
    account, arn = backend.account_id, f"arn:{partition}:s3:::{name}"
    prefix = attributes.get("access_logs.s3.prefix")
    folder = "/".join(filter(None, (arn, prefix, "AWSLogs", account)))
    context = {
        "aws:securetransport": "true",
        "aws:sourceaccount": account,
        "aws:sourcearn": f"arn:{partition}:logs:{backend.region_name}:{account}:*",
    }
    policy = bucket.policy.decode() if isinstance(bucket.policy, bytes) else bucket.policy
    writing = context | {"s3:x-amz-acl": "bucket-owner-full-control"}
    if not admits(policy, DELIVERY, "s3:GetBucketAcl", arn, context) or not admits(
        policy, DELIVERY, "s3:PutObject", f"{folder}/elasticloadbalancing/{backend.region_name}/log", writing
    ):
        raise denied


def install() -> None:
    """Make moto check the attributes before it stores them."""
    modify = ELBv2Backend.modify_load_balancer_attributes

    def modify_load_balancer_attributes(self: Moto, arn: str, attrs: dict[str, str]) -> Moto:
        balancer = self.load_balancers.get(arn)
        if balancer is not None and balancer.type == "network":
            check(self, balancer.attrs | attrs)
        return modify(self, arn, attrs)

    ELBv2Backend.modify_load_balancer_attributes = modify_load_balancer_attributes
