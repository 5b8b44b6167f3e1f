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


def _document(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})
