"""Which framework generates the Terraform: cdktf, or cdktn, its maintained fork (docs/adr/0010).

`PRIVATELINK_FRAMEWORK` names it; both offer the same classes, and the same constructs run on either.
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
        assembly: the jsii package of the bindings, as a path in jsii's package cache.
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
    """The framework that was asked for does not exist, or is not installed."""


def _chosen() -> Framework:
    """Return the framework asked for; raise where none has this name, or it is not installed."""
    name = os.environ.get(VARIABLE) or DEFAULT
    if name not in FRAMEWORKS:
        raise FrameworkMissingError(
            f"unknown framework: {VARIABLE}={name!r}\n"
            f"  allowed: {', '.join(FRAMEWORKS)}\n"
            f"  fix: name one of these, or unset {VARIABLE} for {DEFAULT}"
        )
    framework = FRAMEWORKS[name]
    for package in (framework.package, framework.bindings):
        if package not in sys.modules and importlib.util.find_spec(package) is None:
            raise FrameworkMissingError(
                f"framework {name} is not installed: no package {package}\n"
                f"  fix: install it with: {framework.installed_by}, or in a project of your own: "
                f"pip install {framework.bindings.replace('_', '-')}"
            )
    return framework


FRAMEWORK = _chosen()
