"""The certificate authority for AWS's names, and AWS's own services through endpoints, with packets."""

import contextlib
import ssl

import pytest

from privatelink.sandbox.dataplane.authority import Authority
from privatelink.sandbox.process import Sandbox
from tests.support.dataplane_fixtures import Lab, Machine, eventually, tcp
from tests.support.sandbox_fixtures import Vpc


def handshake(authority: Authority, name: str, trusted: str) -> str:
    """The name in the certificate that a client gets that trusts one authority."""
    client_in, client_out, server_in, server_out = (ssl.MemoryBIO() for _ in range(4))
    context = ssl.create_default_context(cadata=trusted)
    client = context.wrap_bio(client_in, client_out, server_hostname=name)
    server = authority.context().wrap_bio(server_in, server_out, server_side=True)
    for _ in range(3):
        for side in (client, server):
            with contextlib.suppress(ssl.SSLWantReadError):
                side.do_handshake()
            server_in.write(client_out.read())
            client_in.write(server_out.read())
    (found,) = client.getpeercert()["subjectAltName"]
    return str(found[1])


def test_each_name_has_a_certificate_that_machines_trust() -> None:
    authority = Authority()
    for name in ("ssm.eu-west-1.amazonaws.com", "ec2.eu-west-1.amazonaws.com"):
        assert handshake(authority, name, authority.certificate) == name
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(authority, "ssm.eu-west-1.amazonaws.com", Authority().certificate)


SSM = "ssm.ap-northeast-2.amazonaws.com"


def ask(machine: Machine, credentials: dict[str, str]) -> str:
    """The answer of Systems Manager's API to a signed request, over TLS with the machine's authorities."""
    return machine.run(
        "curl -sS -m 2 -X POST "
        "-H 'X-Amz-Target: AmazonSSM.DescribeParameters' -H 'Content-Type: application/x-amz-json-1.1' "
        f"--user {credentials['AccessKeyId']}:{credentials['SecretAccessKey']} "
        "--aws-sigv4 aws:amz:ap-northeast-2:ssm "
        f"-H 'X-Amz-Security-Token: {credentials['SessionToken']}' "
        f"-d '{{\"MaxResults\": 1}}' https://{SSM}/ 2>&1 | cut -c 1-60"
    )


def credentials(lab: Lab) -> dict[str, str]:
    found = lab.account.client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{lab.account.number}:role/test", RoleSessionName="test"
    )
    return dict(found["Credentials"])


@pytest.mark.dataplane
@pytest.mark.slow
class TestPackets:
    @pytest.fixture
    def vpc(self, consumer_lab: Lab) -> Vpc:
        return consumer_lab.account.vpc("10.67.0.0/16", internet=True)

    def test_without_a_public_address_an_instance_uses_the_endpoints(
        self, plane: Sandbox, consumer_lab: Lab, vpc: Vpc
    ) -> None:
        machine = consumer_lab.probe(vpc)
        assert [address[:6] for address in machine.resolve(SSM)] == ["10.67."]
        assert ask(machine, credentials(consumer_lab)).startswith('{"Parameters":')
        unknown = machine.run(f"curl -sS -m 2 https://{SSM}/ -w '%{{http_code}}' -o /dev/null")
        assert unknown == "403"
        own = machine.run(f"curl -sS -m 2 https://{SSM}/_sandbox/data-plane -w '%{{http_code}}' -o /dev/null")
        assert own == "401"
        # The public address does not lead there.
        assert plane.run_outside(["getent", "ahostsv4", SSM]).stdout.startswith("192.0.2.80 ")
        assert machine.run("curl -s -k -m 1 https://192.0.2.80/ || echo curl: $?").startswith("curl: ")

    def test_with_a_public_address_it_uses_the_internet(self, consumer_lab: Lab, vpc: Vpc) -> None:
        consumer_lab.internet_routes(vpc)
        machine = consumer_lab.probe(vpc, public=True)
        assert machine.resolve(SSM) == ["192.0.2.80"]
        assert ask(machine, credentials(consumer_lab)).startswith('{"Parameters":')

    def test_a_command_waits_until_its_instance_reaches_systems_manager(
        self, consumer_lab: Lab, vpc: Vpc
    ) -> None:
        consumer_lab.managed.add(vpc.id)  # without endpoints
        machine, ssm = consumer_lab.probe(vpc), consumer_lab.account.client("ssm")
        command = ssm.send_command(
            InstanceIds=[machine.id],
            DocumentName="AWS-RunShellScript",
            Parameters={"commands": ["echo reached"]},
        )["Command"]["CommandId"]

        def status() -> str:
            found = ssm.get_command_invocation(CommandId=command, InstanceId=machine.id)
            return str(found["Status"])

        assert not eventually(lambda: status() not in ("Pending", "InProgress"), 2)
        consumer_lab.managed.discard(vpc.id)
        consumer_lab.systems_manager(vpc, "a")
        assert eventually(lambda: status() == "Success")

    def test_an_endpoint_takes_connections_that_its_security_group_allows(
        self, consumer_lab: Lab, vpc: Vpc
    ) -> None:
        machine = consumer_lab.probe(vpc)
        group = consumer_lab.group(vpc, tcp(443, cidr="10.99.0.0/16"))
        endpoint = vpc.endpoint("com.amazonaws.ap-northeast-2.logs", "a", SecurityGroupIds=[group])
        url = f"https://{endpoint['DnsEntries'][0]['DnsName']}/"
        assert machine.run(f"curl -s -m 1 {url} || echo curl: $?") == "curl: 28"
        consumer_lab.account.ec2.authorize_security_group_ingress(
            GroupId=group, IpPermissions=[tcp(443, cidr="10.67.0.0/16")]
        )
        assert eventually(
            lambda: machine.run(f"curl -s -m 1 {url} -w '%{{http_code}}' -o /dev/null") == "403"
        )
