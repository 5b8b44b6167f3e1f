"""Templates of topology files, which are filled with the answers."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import yaml

from privatelink.topology.types.service_domains import is_custom_service
from privatelink.topology.types.zones import partition

Answers = Mapping[str, Sequence[str]]
"""The values given for each question, by its name, as text."""

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9./-]*")
_DECIMAL = re.compile(r"0|[1-9][0-9]*")


def written(kind: str, answers: Answers) -> str:
    """Return the topology file of a kind, without checking it."""
    return "\n".join(TEMPLATES[kind](answers)) + "\n"


def _service(answers: Answers) -> Iterator[str]:
    yield "# An endpoint service in front of existing targets. Consumers need its service name, which is the"
    yield "# output service_name of the provider stack."
    yield f"name: {_one(answers, 'name')}"
    yield "service:"
    yield f"  region: {_one(answers, 'region')}"
    yield "  network:  # existing"
    yield f"    vpc_id: {_one(answers, 'vpc-id')}"
    yield "    subnet_ids:  # of the load balancer, one for each zone"
    yield from _mapping(answers["subnet"], 6)
    yield "  targets:"
    for form in ("instance", "address"):
        if answers.get(form):
            yield f"    {form}s:" if form == "instance" else f"    {form}es:"
            yield from _mapping(answers[form], 6)
    if answers.get("security-group"):
        yield f"    security_group_id: {_one(answers, 'security-group')}  # gets rules for the load balancer"
    yield from _listeners(answers)
    yield "  acceptance: manual  # accept connections with `privatelink connections`"
    if answers.get("account"):
        aws = partition(answers["region"][0])
        yield "  allowed_principals:  # other accounts that may connect"
        for account in answers["account"]:
            yield f"    - {_scalar(f'arn:{aws}:iam::{account}:root')}"


def _consumer(answers: Answers) -> Iterator[str]:
    yield "# An interface endpoint to an existing service, whose provider may have to accept the connection."
    yield f"name: {_one(answers, 'name')}"
    yield "consumers:"
    yield "  client:"
    if answers.get("region"):
        yield f"    region: {_one(answers, 'region')}  # of the consumer; may differ from the service's"
    yield f"    service_name: {_one(answers, 'service-name')}"
    yield from _network(answers)
    yield "    endpoint:"
    yield f"      ports: {_list(answers['port'])}  # TCP ports of the service"


def _endpoints(answers: Answers) -> Iterator[str]:
    yield "# Interface endpoints in one VPC. Other owners than AWS may have to accept the connections."
    yield f"name: {_one(answers, 'name')}"
    yield "consumers:"
    yield "  client:"
    if answers.get("region"):
        yield f"    region: {_one(answers, 'region')}"
    yield from _network(answers)
    yield "    endpoints:"
    for pair in answers["endpoint"]:
        key, _, service = pair.partition("=")
        yield f"      {_scalar(key)}:"
        yield f"        service_name: {_scalar(service)}"
        if is_custom_service(service):
            yield f"        ports: {_list(answers['port'])}  # TCP ports of the service"
        else:
            yield "        private_dns: true  # the usual names of the service resolve to the endpoint"


def _network(answers: Answers) -> Iterator[str]:
    """Yield the network of a consumer, a new or an existing one."""
    if answers.get("vpc-id"):
        yield "    network:  # existing"
        yield f"      vpc_id: {_one(answers, 'vpc-id')}"
        yield "      subnet_ids:  # of the endpoint, one for each zone"
        yield from _mapping(answers["subnet"], 8)
    else:
        yield "    network:"
        yield f"      cidr: {_one(answers, 'cidr')}"
        yield f"      zones: {_list(answers['zones'])}"


def _both(answers: Answers) -> Iterator[str]:
    yield "# A service and one consumer, each in a new VPC."
    yield f"name: {_one(answers, 'name')}"
    yield "service:"
    yield f"  region: {_one(answers, 'region')}"
    yield "  network:"
    yield f"    cidr: {_one(answers, 'cidr')}"
    yield f"    zones: {_list(answers['zones'])}"
    yield "  backends:  # one instance with an HTTP server in each zone"
    yield '    text: "hello from {zone}"'
    yield from _listeners(answers)
    yield "  acceptance: managed  # Terraform accepts the consumers in this file"
    yield "consumers:"
    yield "  client:"
    yield "    network:"
    yield f"      cidr: {_one(answers, 'consumer-cidr')}"
    yield f"      zones: {_list(answers['zones'])}"
    yield "    probe: true  # a test instance for `privatelink verify`"


def _walkthrough(answers: Answers) -> Iterator[str]:
    yield "# The walkthrough: a web service behind an internet-facing load balancer, with one consumer."
    yield f"name: {_one(answers, 'name')}"
    yield "service:"
    yield f"  region: {_one(answers, 'region')}"
    yield "  network:"
    yield "    cidr: 10.10.0.0/16"
    yield f"    zones: {_list(answers['zones'])}"
    yield "  backends:  # the response of the instance in each zone"
    yield "    text:"
    for number, zone in enumerate(answers["zones"], start=1):
        yield f'      {_scalar(zone)}: "ZIGISPACE - SVR#{number}"'
    yield "  load_balancer:"
    yield "    name: ZIGI-ELB-Pub"
    yield "    scheme: internet-facing"
    yield "  listeners:"
    yield "    - port: 80"
    yield "  acceptance: manual  # accept connections with `privatelink connections`"
    yield "consumers:"
    yield "  client:"
    yield "    network:"
    yield "      cidr: 10.20.0.0/16"
    yield f"      zones: {_list(answers['zones'])}"
    yield "    probe: true  # a test instance for `privatelink verify`"


TEMPLATES: dict[str, Callable[[Answers], Iterable[str]]] = {
    "service": _service,
    "consumer": _consumer,
    "endpoints": _endpoints,
    "both": _both,
    "walkthrough": _walkthrough,
}


def _listeners(answers: Answers) -> Iterator[str]:
    yield "  listeners:"
    yield f"    - port: {_one(answers, 'port')}"
    if answers.get("target-port"):
        yield f"      target_port: {_one(answers, 'target-port')}"


def _one(answers: Answers, name: str) -> str:
    (value,) = answers[name]
    return _scalar(value)


def _list(values: Sequence[str]) -> str:
    return f"[{', '.join(map(_scalar, values))}]"


def _mapping(pairs: Sequence[str], indent: int) -> Iterator[str]:
    for pair in pairs:
        key, _, value = pair.partition("=")
        yield f"{' ' * indent}{_scalar(key)}: {_scalar(value)}"


def _scalar(text: str) -> str:
    """Return a value as YAML: whole numbers and plain text unchanged, everything else in quotes."""
    if _DECIMAL.fullmatch(text) or (_PLAIN.fullmatch(text) and yaml.safe_load(text) == text):
        return text
    return json.dumps(text)
