"""IAM policy documents as JSON.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

import json
from collections.abc import Iterable, Mapping, Sequence


def assume_role_policy(service: str) -> str:
    """Return the policy by which an AWS service may assume a role."""
    return _document({"Principal": {"Service": service}, "Action": "sts:AssumeRole"})


def allow(actions: Sequence[str], resources: Sequence[str]) -> str:
    """Return the policy that allows actions on resources."""
    return _document({"Action": list(actions), "Resource": list(resources)})


def allow_publish(service: str, topic_arn: str, *, source_arn: str, account: str) -> str:
    """Return the policy by which an AWS service may publish to a topic, for one source in one account only.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
    return _document(
        {
            "Principal": {"Service": service},
            "Action": "sns:Publish",
            "Resource": topic_arn,
            "Condition": {
                "ArnEquals": {"aws:SourceArn": source_arn},
                "StringEquals": {"aws:SourceAccount": account},
            },
        }
    )


def allow_log_delivery(
    bucket_arn: str, *, prefix: str | None, account: str, region: str, partition: str
) -> str:
    """Return the policy by which AWS's log delivery may write an account's logs to a bucket, with TLS only.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html#access-logging-bucket-requirements
    """
    delivery = {"Principal": {"Service": "delivery.logs.amazonaws.com"}}
    ours = {
        "StringEquals": {"aws:SourceAccount": account},
        "ArnLike": {"aws:SourceArn": f"arn:{partition}:logs:{region}:{account}:*"},
    }
    acl = {"s3:x-amz-acl": "bucket-owner-full-control"}
    folder = "/".join(filter(None, (bucket_arn, prefix, "AWSLogs", account)))
    return _document(
        {
            **delivery,
            "Sid": "AWSLogDeliveryAclCheck",
            "Action": "s3:GetBucketAcl",
            "Resource": bucket_arn,
            "Condition": ours,
        },
        {
            **delivery,
            "Sid": "AWSLogDeliveryWrite",
            "Action": "s3:PutObject",
            "Resource": f"{folder}/*",
            "Condition": {**ours, "StringEquals": {**ours["StringEquals"], **acl}},
        },
        {
            "Sid": "TlsAlone",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [bucket_arn, f"{bucket_arn}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    )


def key_policy(account_root: str, uses: Iterable[Mapping[str, object]]) -> str:
    """Return the policy of a KMS key, which its account manages.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html

    Arguments:
        account_root: ARN of the account's root.
        uses: statements that allow others to use the key, without their resource, which is the key.
    """
    manage = {"Sid": "Account", "Principal": {"AWS": account_root}, "Action": "kms:*"}
    return _document(*({**statement, "Resource": "*"} for statement in (manage, *uses)))


def _document(*statements: Mapping[str, object]) -> str:
    # In the form of Terraform's jsonencode, which the plain-HCL form uses.
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **item} for item in statements]},
        sort_keys=True,
        separators=(",", ":"),
    )
