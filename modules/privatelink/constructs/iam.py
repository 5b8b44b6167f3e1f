"""IAM policy documents, as the JSON text that resources take.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

import json
from collections.abc import Sequence
from typing import Any


def assume_role_policy(service: str) -> str:
    """Let an AWS service assume the role."""
    return _document({"Principal": {"Service": service}, "Action": "sts:AssumeRole"})


def allow(actions: Sequence[str], resources: Sequence[str]) -> str:
    """Allow actions on resources, and nothing more."""
    return _document({"Action": list(actions), "Resource": list(resources)})


def let_service_publish(service: str, topic_arn: str, *, source_arn: str, account: str) -> str:
    """Let an AWS service publish to a topic for one source in one account, and for no one else.

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


def let_logs_be_delivered(
    bucket_arn: str, *, prefix: str | None, account: str, region: str, partition: str
) -> str:
    """Let AWS's log delivery write one account's load balancer logs to a bucket; refuse all without TLS.

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


def _document(*statements: dict[str, Any]) -> str:
    # As Terraform's jsonencode writes it, so that the plain-HCL form can use that.
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **item} for item in statements]},
        sort_keys=True,
        separators=(",", ":"),
    )
