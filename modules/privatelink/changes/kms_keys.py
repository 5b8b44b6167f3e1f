"""KMS keys that are deleted while volumes of instances are encrypted with them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from privatelink.changes.plans import Plans, Resource, blocks, text
from privatelink.changes.staged import Kind, Stage
from privatelink.json_types import Json

IN_USE = Kind(
    "kms-key-in-use",
    what="a KMS key is deleted while volumes of instances are encrypted with it",
    why=(
        "the provider does not replace an instance whose kms_key_id is removed, and a key whose deletion is "
        "scheduled is unusable at once: the instance does not start again after a stop"
    ),
    page="https://docs.aws.amazon.com/kms/latest/developerguide/unusable-kms-keys.html",
    instead="replace the instances in the same apply",
)
KINDS = (IN_USE,)
_VOLUMES = ("root_block_device", "ebs_block_device")


@dataclass(frozen=True, eq=False)
class Deleted:
    """A key that is deleted, and the instances that stay and have volumes encrypted with it."""

    key: Resource
    instances: Sequence[Resource]


def find(plans: Plans) -> Iterator[Deleted]:
    """Yield the keys that are deleted while volumes of instances use them."""
    for key in plans.of("aws_kms_key"):
        arn = text(key.before("arn"))
        instances = [
            each
            for each in plans.of("aws_instance")
            if each.stays and arn in {text(volume.get("kms_key_id")) for volume in _volumes(each)}
        ]
        if key.destroyed and arn and instances:
            yield Deleted(key, instances)


def stages(deleted: Deleted) -> tuple[Stage, ...]:
    """Return the stage of a change: one apply that Terraform's options extend."""
    stack = deleted.key.stack
    if any(each.stack != stack for each in deleted.instances):
        return (Stage((IN_USE.instead,)),)
    replaced = " ".join(f"-replace={each.address}" for each in deleted.instances)
    apply = f"terraform -chdir=cdktf.out/stacks/{stack} apply {replaced}"
    edit = "the file as it is now; until the new instances are healthy, they serve nothing"
    return (Stage((edit,), ("privatelink synth", apply)),)


def _volumes(instance: Resource) -> list[dict[str, Json]]:
    return [volume for name in _VOLUMES for volume in blocks(instance.before(name))]
