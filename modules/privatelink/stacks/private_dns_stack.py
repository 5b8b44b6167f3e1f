"""PrivateDnsStack: a consumer's switch to the service's own name."""

from collections.abc import Mapping, Sequence

from privatelink.constructs.private_dns import PrivateDns
from privatelink.framework import aws
from privatelink.stacks.consumer_stack import ConsumerStack, read_endpoint_ids
from privatelink.stacks.stack import PrivateLinkStack
from privatelink.stacks.state import States
from privatelink.topology.rules.consumer import Consumer


class PrivateDnsStack(PrivateLinkStack):
    """The service's private DNS name for one consumer, with the consumer's credentials.

    Apart from the consumer's stack, as acceptance comes between the two (see docs/adr/0008).
    """

    def __init__(
        self,
        scope: aws.Construct,
        name: str,
        consumer: Consumer,
        tags: Mapping[str, str],
        states: States,
        *,
        endpoints_of: ConsumerStack,
        after: Sequence[aws.TerraformStack],
    ) -> None:
        super().__init__(
            scope, name, state=states(name), region=consumer.region, account=consumer.account, tags=tags
        )
        endpoint_ids = read_endpoint_ids(
            self, {key: (endpoints_of, key) for key in consumer.switched_by_name}
        )
        for key, endpoint_id in endpoint_ids.items():
            PrivateDns(self, f"private-dns-{key}" if key else "private-dns", endpoint_id=endpoint_id)
        for stack in after:
            self.add_dependency(stack)
