"""Component: a construct whose resources have readable, stable Terraform addresses."""

import re
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network
from typing import Concatenate, ParamSpec, TypeVar

from privatelink.framework import aws

Element = TypeVar("Element", bound=aws.TerraformElement)
Arguments = ParamSpec("Arguments")


def _check_key(key: str) -> None:
    if not re.fullmatch("[A-Za-z][A-Za-z0-9-]*", key):
        msg = f"malformed construct id: {key!r}; use letters, digits and hyphens, a letter first"
        raise ValueError(msg)


class Component(aws.Construct):
    """Base of the constructs here: it names what it adds after the constructs' ids, without cdktf's hash.

    Reading an attribute such as `vpc.id` asks jsii's Node process, so constructs keep what they use twice.

    cdktf's own address is `aws_subnet.network_ap-northeast-2a_5D1B7A0C`; here it is
    `aws_subnet.network_ap-northeast-2a`. Addresses are a contract with the state, so ids come from keys the
    user chose (zone, principal, port, consumer), never from a position in a list.

    Raises ValueError for an id other than letters, digits and hyphens. The underscore parts the ids in an
    address, so that two constructs can never claim the same one.

    https://developer.hashicorp.com/terraform/cdktf/concepts/constructs
    """

    def __init__(self, scope: aws.Construct, id: str) -> None:  # noqa: A002  (the framework's name for it)
        _check_key(id)
        super().__init__(scope, id)
        self.address: str = f"{scope.address}_{id}" if isinstance(scope, Component) else id

    def add(
        self,
        kind: Callable[Concatenate[aws.Construct, str, Arguments], Element],
        key: str = "Default",
        *args: Arguments.args,
        **arguments: Arguments.kwargs,
    ) -> Element:
        """Create a resource or data source of `kind` at `<type>.<address>` or `<type>.<address>_<key>`."""
        _check_key(key)
        # The kind makes the construct's id unique among resources that share a key.
        element = kind(self, f"{kind.__name__}-{key}", *args, **arguments)
        element.override_logical_id(self.address_of(key))
        return element

    def warn(self, key: str, *, condition: str, message: str) -> None:
        """Say `message` in every plan and apply where `condition`, a Terraform expression, does not hold.

        https://developer.hashicorp.com/terraform/language/checks
        """
        # CDKTF has no construct for a check block.
        aws.TerraformStack.of(self).add_override(
            f"check.{self.address}_{key}", {"assert": [{"condition": condition, "error_message": message}]}
        )

    def address_of(self, key: str = "Default") -> str:
        """The name, without the type, of what `add` created under `key`."""
        return self.address if key == "Default" else f"{self.address}_{key}"


def cidr_key(cidr: IPv4Network | IPv6Network) -> str:
    """A CIDR as part of an address: 10.0.0.0/16 is 10-0-0-0-16."""
    return re.sub("[.:/]", "-", str(cidr))
