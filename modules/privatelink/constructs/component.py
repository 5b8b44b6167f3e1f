"""Component: a construct whose resources have readable, stable Terraform addresses."""

import re
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from privatelink.constructs.rules import CONSTRUCT_ID
from privatelink.framework import aws

Element = TypeVar("Element", bound=aws.TerraformElement)
Arguments = ParamSpec("Arguments")


def _check_id(id: str) -> None:  # noqa: A002  (the framework's name for it)
    if not re.fullmatch("[A-Za-z][A-Za-z0-9-]*", id):
        raise ValueError(str(CONSTRUCT_ID.broken(given=f"id={id!r}")))


class Component(aws.Construct):
    """Base class of the constructs: it names resources after construct IDs, without cdktf's hash.

    cdktf's own address is `aws_subnet.network_ap-northeast-2a_5D1B7A0C`; here it is
    `aws_subnet.network_ap-northeast-2a`. Addresses are a contract with the state, so IDs come from keys that
    the user chose (zone, principal, port, consumer), never from the position in a list.

    Reading an attribute such as `vpc.id` asks jsii's Node.js process, so constructs read each one once.

    Arguments:
        scope: the stack, or the construct that this one is part of.
        id: ID of the construct: letters, digits and hyphens, with a letter first.

    Attributes:
        address: the construct's part of its resources' addresses: the IDs, separated by underscores.

    Raises:
        ValueError: the ID has other characters. With underscores, two constructs could have one address.

    https://developer.hashicorp.com/terraform/cdktf/concepts/constructs
    """

    def __init__(self, scope: aws.Construct, id: str) -> None:  # noqa: A002  (the framework's name for it)
        _check_id(id)
        super().__init__(scope, id)
        self.address: str = f"{scope.address}_{id}" if isinstance(scope, Component) else id

    def add(
        self,
        kind: Callable[Concatenate[aws.Construct, str, Arguments], Element],
        key: str = "Default",
        *args: Arguments.args,
        **arguments: Arguments.kwargs,
    ) -> Element:
        """Add a resource or data source, at `<type>.<address>` or `<type>.<address>_<key>`.

        Arguments:
            kind: class of the resource, such as `aws.Subnet`.
            key: the resource's part of the address; default: none.
            args: none; the class takes only arguments by name.
            arguments: arguments of the class.

        Returns the resource.

        Raises:
            ValueError: the key has characters other than letters, digits and hyphens.
        """
        _check_id(key)
        # With the class, the construct's ID is unique among resources with one key.
        element = kind(self, f"{kind.__name__}-{key}", *args, **arguments)
        element.override_logical_id(self.address_of(key))
        return element

    def warn(self, key: str, *, condition: str, error_message: str) -> None:
        """Add a check: every plan and apply shows a warning while its condition is false.

        https://developer.hashicorp.com/terraform/language/checks

        Arguments:
            key: the check's part of its address.
            condition: a Terraform template, `${…}`.
            error_message: text of the warning.
        """
        # CDKTF has no construct for a check block.
        aws.TerraformStack.of(self).add_override(
            f"check.{self.address}_{key}",
            {"assert": [{"condition": condition, "error_message": error_message}]},
        )

    def address_of(self, key: str = "Default") -> str:
        """Return the address, without the type, of the resource that `add` created with a key.

        Arguments:
            key: the resource's key; default: that of a resource without one.
        """
        return self.address if key == "Default" else f"{self.address}_{key}"
