"""Rules as conditions of Terraform: the plan fails with the rule's message where it is broken.

https://developer.hashicorp.com/terraform/language/expressions/custom-conditions
"""

from privatelink.framework import aws
from privatelink.rule import Broken


def precondition(condition: str, broken: Broken) -> "aws.Precondition":
    """Return the condition that must be true before a resource is created or changed.

    Arguments:
        condition: a Terraform template, `${…}`.
        broken: the rule that is broken where the condition is false; parameters may be templates too.
    """
    return aws.Precondition(condition=condition, error_message=str(broken))


def postcondition(condition: str, broken: Broken) -> "aws.Postcondition":
    """Return the condition that must be true after a resource is read or created; as `precondition`."""
    return aws.Postcondition(condition=condition, error_message=str(broken))
