"""PrivateDnsStack: private DNS of a consumer's endpoints, after acceptance."""

from collections.abc import Mapping, Sequence

from privatelink.constructs.private_dns import PrivateDns
from privatelink.framework import aws
from privatelink.stacks.consumer_stack import ConsumerStack, read_endpoint_ids
from privatelink.stacks.stack import PrivateLinkStack
from privatelink.stacks.state import States
from privatelink.topology.resolved import Consumer, suffixed


class PrivateDnsStack(PrivateLinkStack):
    """Private DNS of one consumer's endpoints, with the consumer's credentials.

    Not in the consumer's stack, as AWS allows private DNS only after acceptance (docs/adr/0008).

    Arguments:
        name: name of the stack.
        consumer: the consumer.
        tags: tags of every resource.
        states: where Terraform stores the states.
        endpoints_of: stack of the consumer.
        after: stacks to apply before, which accept the connections.
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
        account = consumer.settings.account
        super().__init__(scope, name, state=states(name), region=consumer.region, account=account, tags=tags)
        endpoint_ids = read_endpoint_ids(
            self,
            {
                suffixed("private-dns", endpoint.first_key): (endpoints_of, endpoint.first_key)
                for endpoint in consumer.private_dns_after_acceptance
            },
        )
        for id, endpoint_id in endpoint_ids.items():  # noqa: A001  (the framework's name for it)
            PrivateDns(self, id, vpc_endpoint_id=endpoint_id)
        for stack in after:
            self.add_dependency(stack)
