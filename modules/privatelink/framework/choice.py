"""Choose the framework that generates the Terraform: cdktf, or its maintained fork cdktn (docs/adr/0010).

Set `PRIVATELINK_FRAMEWORK` to its name. Both have the same classes, so all constructs run on either.
"""

import importlib.util
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from privatelink.errors import UserError

VARIABLE = "PRIVATELINK_FRAMEWORK"


@dataclass(frozen=True)
class Framework:
    """A framework and its AWS bindings.

    Arguments:
        package: the framework's Python package.
        bindings: the Python package of its AWS bindings.
        assembly: the path of the bindings' jsii package in jsii's package cache.
        installed_by: the command that installs both in a checkout.
    """

    package: str
    bindings: str
    assembly: Path
    installed_by: str


FRAMEWORKS = {
    "cdktf": Framework("cdktf", "cdktf_cdktf_provider_aws", Path("@cdktf", "provider-aws"), "make setup"),
    "cdktn": Framework("cdktn", "cdktn_provider_aws", Path("@cdktn", "provider-aws"), "make cdktn"),
}
DEFAULT = "cdktf"


class FrameworkMissingError(UserError):
    """The chosen framework does not exist, or is not installed."""


def _chosen() -> Framework:
    """Return the chosen framework.

    Raises:
        FrameworkMissingError: the name is unknown, or the framework is not installed.
    """
    name = os.environ.get(VARIABLE) or DEFAULT
    if name not in FRAMEWORKS:
        raise FrameworkMissingError(
            f"unknown framework: {VARIABLE}={name!r}\n"
            f"  allowed: {', '.join(FRAMEWORKS)}\n"
            f"  fix: set {VARIABLE} to one of these, or unset it for {DEFAULT}"
        )
    framework = FRAMEWORKS[name]
    for package in (framework.package, framework.bindings):
        if package not in sys.modules and importlib.util.find_spec(package) is None:
            raise FrameworkMissingError(
                f"framework {name} is not installed: no package {package}\n"
                f"  fix: run {framework.installed_by}, or in your own project: "
                f"pip install {framework.bindings.replace('_', '-')}"
            )
    return framework


FRAMEWORK = _chosen()
