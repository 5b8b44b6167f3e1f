"""AWS's own policies and images, which moto makes with each account: half of the time of the first answer.

An account has 1,500 policies of AWS in each of five partitions, and 1,300 images with a snapshot each in
each of its Regions. Few requests need them, so they are made when they are first read.
"""

from collections.abc import Callable

from moto.ec2.models import EC2Backend
from moto.iam.models import IAMBackend

from privatelink.sandbox.untyped import Moto


class MadeOnUse:
    """An attribute of a backend that is completed when it is first read.

    Arguments:
        name: the name of the attribute.
        make: completes the attributes of a backend.
    """

    def __init__(self, name: str, make: Callable[[Moto], None]) -> None:
        self._kept = f"_{name}_kept"
        self._make = make

    def __get__(self, backend: Moto, kind: type | None = None) -> Moto:
        """Return the value; the class has none."""
        if backend is None:
            raise AttributeError(self._kept)
        self._make(backend)
        return getattr(backend, self._kept)

    def __set__(self, backend: Moto, value: Moto) -> None:
        """Keep a value."""
        setattr(backend, self._kept, value)


def once(name: str, make: Callable[[Moto], None]) -> tuple[Callable[[Moto], None], Callable[[Moto], None]]:
    """Return what moto calls to make something, which only notes it, and what makes it, the first time.

    Arguments:
        name: what is made.
        make: makes it.
    """
    mark = f"_{name}_missing"

    def note(backend: Moto) -> None:
        setattr(backend, mark, True)

    def complete(backend: Moto) -> None:
        # `make` reads the attributes, too.
        if getattr(backend, mark, False):
            setattr(backend, mark, False)
            make(backend)

    return note, complete


def install() -> None:
    """Make moto wait with both."""
    note_images, add_images = once("images", EC2Backend._load_amis)
    EC2Backend._load_amis = note_images
    for name in ("amis", "snapshots"):
        setattr(EC2Backend, name, MadeOnUse(name, add_images))

    read_policies = IAMBackend._init_aws_policies

    def make_policies(backend: Moto) -> None:
        policies = read_policies(backend)
        backend.aws_managed_policies = policies
        backend.managed_policies = {policy.arn: policy for policy in policies}

    note_policies, add_policies = once("policies", make_policies)
    IAMBackend._init_aws_policies = note_policies
    IAMBackend._init_managed_policies = lambda _: None
    for name in ("aws_managed_policies", "managed_policies"):
        setattr(IAMBackend, name, MadeOnUse(name, add_policies))
