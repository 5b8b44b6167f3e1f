"""PrivateDnsStack: a consumer's switch to the service's own name."""

from collections.abc import Mapping, Sequence

from modules import aws
from modules.consumer_stack import ConsumerStack
from modules.private_dns import PrivateDns
from modules.stack import PrivateLinkStack
from modules.topology.consumer import Consumer


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
        *,
        endpoint_of: ConsumerStack,
        after: Sequence[aws.TerraformStack],
    ) -> None:
        super().__init__(scope, name, region=consumer.region, account=consumer.account, tags=tags)
        endpoint_id = self.read_outputs(endpoint_of, "consumer").get_string("endpoint_id")
        PrivateDns(self, "private-dns", endpoint_id=endpoint_id)
        for stack in after:
            self.add_dependency(stack)
