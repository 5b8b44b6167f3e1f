"""CustomerKey: a customer managed KMS key for the data of one stack."""

from collections.abc import Mapping

from privatelink.constructs.component import Component
from privatelink.constructs.iam import key_policy
from privatelink.framework import aws

_ENCRYPT = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
# The statement of a key policy, without its effect and resource.
Statement = Mapping[str, object]


class CustomerKey(Component):
    """Create a KMS key that AWS rotates every year, and that only the given uses of one account may use.

    Creates `aws_kms_key` and `aws_kms_alias`. Besides the uses below, the policy allows the account to manage
    the key and to give permissions for it by IAM policies, without which nobody could change the key. A
    deleted key can be restored for 30 days.

    Arguments:
        name: name of the alias, without `alias/`.
        region: Region of the key.
        partition: AWS partition, such as `aws`.
        dns_suffix: DNS suffix of the partition, such as `amazonaws.com`.
        log_group_name: name of the log group that CloudWatch Logs encrypts; default: none.
        encrypts_notifications: whether PrivateLink publishes to an encrypted SNS topic; default: False.
        encrypts_access_logs: whether log delivery writes to an encrypted bucket; default: False.
        encrypts_auto_scaling: whether EC2 Auto Scaling creates encrypted volumes; its service-linked role
            must exist then; default: False.

    Attributes:
        arn: ARN of the key.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    """

    def __init__(
        self,
        scope: aws.Construct,
        id: str,  # noqa: A002
        *,
        name: str,
        region: str,
        partition: str,
        dns_suffix: str,
        log_group_name: str | None = None,
        encrypts_notifications: bool = False,
        encrypts_access_logs: bool = False,
        encrypts_auto_scaling: bool = False,
    ) -> None:
        super().__init__(scope, id)
        account = str(self.add(aws.DataAwsCallerIdentity).account_id)
        uses: list[Statement] = []
        if log_group_name:
            uses.append(
                _of_log_group(f"arn:{partition}:logs:{region}:{account}:log-group:{log_group_name}")
                | {"Principal": {"Service": f"logs.{region}.{dns_suffix}"}}
            )
        if encrypts_notifications:
            services = f"arn:{partition}:ec2:{region}:{account}:vpc-endpoint-service/*"
            uses.append(
                _of_service("vpce.amazonaws.com", ["kms:Decrypt", "kms:GenerateDataKey*"], account, services)
            )
        if encrypts_access_logs:
            deliveries = f"arn:{partition}:logs:{region}:{account}:*"
            uses.append(_of_service("delivery.logs.amazonaws.com", _ENCRYPT, account, deliveries))
        if encrypts_auto_scaling:
            uses += _of_auto_scaling(
                f"arn:{partition}:iam::{account}:role/aws-service-role/autoscaling.amazonaws.com/"
                "AWSServiceRoleForAutoScaling"
            )
        key = self.add(
            aws.KmsKey,
            description=f"Data of {name}",
            enable_key_rotation=True,
            deletion_window_in_days=30,
            policy=key_policy(f"arn:{partition}:iam::{account}:root", uses),
            tags={"Name": name},
        )
        self.arn: str = key.arn
        self.add(aws.KmsAlias, name=f"alias/{name}", target_key_id=key.key_id)


def _of_log_group(arn: str) -> dict[str, object]:
    """Return the use of CloudWatch Logs for one log group.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    """
    return {"Action": _ENCRYPT, "Condition": {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": arn}}}


def _of_service(service: str, actions: list[str], account: str, sources: str) -> Statement:
    """Return the use of an AWS service for sources in one account.

    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/enable-access-logs.html
    """
    return {
        "Principal": {"Service": service},
        "Action": actions,
        "Condition": {
            "StringEquals": {"aws:SourceAccount": account},
            "ArnLike": {"aws:SourceArn": sources},
        },
    }


def _of_auto_scaling(role_arn: str) -> list[Statement]:
    """Return the uses of EC2 Auto Scaling: the data of volumes, and grants to EC2 for them.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html
    """
    principal = {"Principal": {"AWS": role_arn}}
    return [
        {**principal, "Action": _ENCRYPT},
        {
            **principal,
            "Action": "kms:CreateGrant",
            "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}},
        },
    ]
