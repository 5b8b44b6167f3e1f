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


def _document(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})
