"""The kinds of value a topology file has, each with its own check and its own message.

A check that fails raises what `refuse` makes; pydantic carries it, with its place, to whoever reports it.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Network
from itertools import islice
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainValidator,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from privatelink.topology.types import zones

Step = str | int | tuple[str, object]  # a key; a place in a list; of a list of parts, the one with this field
Path = tuple[Step, ...]
BROKEN = "broken_rules"  # the pydantic error type of everything refused here
KEY = "[key]"  # at the end of a path: the key, not its value (as pydantic has it)

# Prefixes of a VPC and of a subnet; https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
LARGEST_NETWORK, SMALLEST_NETWORK = 16, 28
LONGEST_TEXT = 200
MOST_AT_ONCE = 100  # ways in which one part is wrong
LONGEST_LOAD_BALANCER_NAME = 32
FIRST_PORT, LAST_PORT = 1, 65535


@dataclass(frozen=True, slots=True)
class Broken:
    """One rule broken: what is wrong, what is allowed, how to fix it, and where below the value checked.

    `given` is the value at fault where that is not simply the value in the file at that place.
    """

    what: str
    allowed: str
    fix: str
    at: Path = ()
    given: str | None = None

    def __str__(self) -> str:
        given = f": {self.given}" if self.given else ""
        return f"{self.what}{given} (allowed: {self.allowed}; fix: {self.fix})"


def refuse(*broken: Broken) -> PydanticCustomError:
    """Make the error that says these rules are broken, all at once."""
    text = "; ".join(map(str, broken))
    return PydanticCustomError(BROKEN, "{text}", {"text": text, "broken": broken})


def refuse_any(broken: Iterable[Broken]) -> None:
    """Refuse when there is something to refuse; not without end, should someone list ten thousand zones."""
    if found := tuple(islice(broken, MOST_AT_ONCE)):
        raise refuse(*found)


def broken_in(check: Callable[[Any], Any], value: object, at: Path) -> list[Broken]:
    """Run a check on something inside the value at hand; give what it refused, with the place."""
    try:
        check(value)
    except PydanticCustomError as error:
        return [replace(broken, at=(*at, *broken.at)) for broken in (error.context or {})["broken"]]
    return []


@dataclass(frozen=True, eq=False, slots=True)
class Rule:
    """A check for `Annotated`, run after the type's own, and what the JSON Schema can say of it."""

    check: Callable[[Any], Any]
    json: dict[str, Any] = field(default_factory=dict)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), **self.json}


def _shape(pattern: str, what: str, allowed: str, fix: str, longest: int | None = None) -> Rule:
    """Make the rule that text matches a pattern."""

    def check(text: str) -> str:
        if longest is not None and len(text) > longest:
            raise refuse(Broken(f"{what} of {len(text)} characters", allowed, f"shorten it to {longest}"))
        if not re.fullmatch(pattern, text):
            raise refuse(Broken(f"malformed {what}", allowed, fix))
        return text

    return Rule(check, {"pattern": pattern} | ({} if longest is None else {"maxLength": longest}))


def name_of(longest: int) -> Rule:
    """Make the rule of a name of at most so many characters."""
    return _shape(
        r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
        "name",
        f"lower-case letters, digits and single hyphens, a letter first, at most {longest} characters",
        "choose a name such as zigispace or team-a",
        longest,
    )


_IAM = r"arn:(aws|aws-cn|aws-us-gov):iam::[0-9]{12}"
_IAM_PATH = r"[A-Za-z0-9_+=,.@/-]{1,576}"
_HEX = r"([0-9a-f]{17}|[0-9a-f]{8})"
SECURITY_GROUP_ID_PATTERN, PREFIX_LIST_ID_PATTERN = f"^sg-{_HEX}$", f"^pl-{_HEX}$"

IpAddressType = Literal["ipv4", "dualstack", "ipv6"]
# At most 28, so that <name>-nlb is a load balancer name.
Name = Annotated[str, name_of(LONGEST_LOAD_BALANCER_NAME - len("-nlb"))]
ConsumerKey = Annotated[str, name_of(24)]
Region = Annotated[
    str,
    _shape(zones.REGION_PATTERN, "region", "a region's code", "write it like ap-northeast-2"),
]
Profile = Annotated[
    str,
    _shape(
        r"^[^\s\[\]]([^\[\]\r\n\t]{0,126}[^\s\[\]])?$",
        "profile name",
        "the name of a profile in the AWS configuration file, at most 128 characters",
        "take it from `aws configure list-profiles`",
    ),
]
RoleArn = Annotated[
    str,
    _shape(
        f"^{_IAM}:role/{_IAM_PATH}$",
        "role ARN",
        "arn:aws:iam::<12 digits>:role/<name>",
        "take it from `aws iam get-role --role-name <name>`",
    ),
]
# https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
ExternalId = Annotated[
    str,
    _shape(
        r"^[A-Za-z0-9_+=,.@:/-]{2,1224}$",
        "external ID",
        "2 to 1224 letters, digits and any of _+=,.@:/-",
        "take it from the role's trust policy",
    ),
]
# https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
Principal = Annotated[
    str,
    _shape(
        rf"^(\*|{_IAM}:(root|(user|role)/{_IAM_PATH}))$",
        "principal",
        "* or arn:aws:iam::<12 digits>:root, :role/<name> or :user/<name>",
        "write an account as arn:aws:iam::<12 digits>:root",
    ),
]
InstanceType = Annotated[
    str,
    _shape(
        r"^[a-z][a-z0-9-]*\.[a-z0-9-]+$",
        "instance type",
        "<family>.<size>",
        "write it like t3.micro",
    ),
]
Allocation = Annotated[
    str,
    _shape(
        f"^eipalloc-{_HEX}$",
        "Elastic IP allocation",
        "eipalloc- and 17 (or, of old, 8) hexadecimal digits",
        "take AllocationId from `aws ec2 describe-addresses`",
    ),
]
VpcId = Annotated[
    str,
    _shape(
        f"^vpc-{_HEX}$",
        "VPC id",
        "vpc- and 17 (or, of old, 8) hexadecimal digits",
        "take VpcId from `aws ec2 describe-vpcs`",
    ),
]
SUBNET_ID_PATTERN = f"^subnet-{_HEX}$"
SubnetId = Annotated[
    str,
    _shape(
        SUBNET_ID_PATTERN,
        "subnet id",
        "subnet- and 17 (or, of old, 8) hexadecimal digits",
        "take SubnetId from `aws ec2 describe-subnets`",
    ),
]
HostedZoneId = Annotated[
    str,
    _shape(
        r"^[A-Z0-9]{1,32}$",
        "hosted zone id",
        "at most 32 capital letters and digits",
        "take it from `aws route53 list-hosted-zones`, without /hostedzone/",
    ),
]
# https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
TopicArn = Annotated[
    str,
    _shape(
        r"^arn:(aws|aws-cn|aws-us-gov):sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}$",
        "topic ARN",
        "arn:aws:sns:<region>:<12 digits>:<name>, not a FIFO topic",
        "take it from `aws sns list-topics`",
    ),
]
_PARTITION = "arn:(aws|aws-cn|aws-us-gov)"
# https://docs.aws.amazon.com/elasticloadbalancing/latest/network/tls-listener-certificates.html
CertificateArn = Annotated[
    str,
    _shape(
        rf"^{_PARTITION}:(acm:[a-z0-9-]+:[0-9]{{12}}:certificate/[A-Za-z0-9-]+"
        rf"|iam::[0-9]{{12}}:server-certificate/{_IAM_PATH})$",
        "certificate ARN",
        "arn:aws:acm:<region>:<12 digits>:certificate/<id>, or that of an IAM server certificate",
        "take it from `aws acm list-certificates`",
    ),
]
# https://docs.aws.amazon.com/elasticloadbalancing/latest/network/describe-ssl-policies.html
SslPolicy = Annotated[
    str,
    _shape(
        r"^ELBSecurityPolicy-[A-Za-z0-9-]{1,80}$",
        "security policy",
        "ELBSecurityPolicy-<name>",
        "take it from `aws elbv2 describe-ssl-policies --load-balancer-type network`",
    ),
]
# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
UrlPath = Annotated[
    str,
    _shape(r"^/[!-~]{0,1023}$", "path", "/ and at most 1023 visible ASCII characters", "start it with /"),
]
_CODE = "[2-5][0-9]{2}"
HealthyCodes = Annotated[
    str,
    _shape(
        rf"^{_CODE}(-{_CODE})?(,{_CODE}(-{_CODE})?)*$",
        "status codes",
        "codes from 200 to 599, singly, by commas, or as a range",
        "write them like 200, 200,204 or 200-399",
    ),
]
InstanceId = Annotated[
    str,
    _shape(
        f"^i-{_HEX}$",
        "instance id",
        "i- and 17 (or, of old, 8) hexadecimal digits",
        "take InstanceId from `aws ec2 describe-instances`",
    ),
]
SecurityGroupId = Annotated[
    str,
    _shape(
        SECURITY_GROUP_ID_PATTERN,
        "security group id",
        "sg- and 17 (or, of old, 8) hexadecimal digits",
        "take GroupId from `aws ec2 describe-security-groups`",
    ),
]
_BALANCER = rf"{_PARTITION}:elasticloadbalancing:[a-z0-9-]+:[0-9]{{12}}:loadbalancer"
ApplicationLoadBalancerArn = Annotated[
    str,
    _shape(
        rf"^{_BALANCER}/app/[A-Za-z0-9-]{{1,32}}/[0-9a-f]{{16}}$",
        "Application Load Balancer ARN",
        "arn:aws:elasticloadbalancing:<region>:<12 digits>:loadbalancer/app/<name>/<16 hexadecimal digits>",
        "take LoadBalancerArn from `aws elbv2 describe-load-balancers`",
    ),
]
NetworkLoadBalancerArn = Annotated[
    str,
    _shape(
        f"^{_BALANCER}/net/[A-Za-z0-9-]+/[0-9a-f]{{16}}$",
        "Network Load Balancer ARN",
        "the ARN of a Network Load Balancer",
        "take LoadBalancerArn from `aws elbv2 describe-load-balancers`",
    ),
]
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
BucketName = Annotated[
    str,
    _shape(
        r"^(?!xn--|sthree-|([0-9]+\.){3}[0-9]+$)(?!.*(\.\.|-s3alias$|--ol-s3$))[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
        "bucket name",
        "3 to 63 lower-case letters, digits, single dots and hyphens, a letter or digit at either end, "
        "not like an address",
        "give the name alone, without s3://",
    ),
]
LogPrefix = Annotated[
    str,
    _shape(
        "^(?!.*AWSLogs)[A-Za-z0-9!_.*'()-]+(/[A-Za-z0-9!_.*'()-]+)*$",
        "prefix",
        "a path without AWSLogs, and without a slash at either end",
        "write it like `team/service`",
    ),
]
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
KeyPrefix = Annotated[
    str,
    _shape(
        r"^(?!(.*/)?\.{1,2}(/|$))[A-Za-z0-9!_.*'()-]+(/[A-Za-z0-9!_.*'()-]+)*$",
        "key prefix",
        "a path of letters, digits and any of !_.*'()-, no slash at either end, at most 512 characters",
        "write it like `team/privatelink`",
        512,
    ),
]
# https://developer.hashicorp.com/terraform/language/backend/s3#kms_key_id
KmsKeyArn = Annotated[
    str,
    _shape(
        rf"^{_PARTITION}:kms:[a-z0-9-]+:[0-9]{{12}}:key/"
        r"([0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}|mrk-[0-9a-f]{32})$",
        "KMS key ARN",
        "arn:aws:kms:<region>:<12 digits>:key/<id>, not an alias",
        "take Arn from `aws kms describe-key --key-id <id or alias>`",
    ),
]
Organization = Annotated[
    str,
    _shape(
        r"^[A-Za-z0-9][A-Za-z0-9_-]*$",
        "organization",
        "letters, digits, hyphens and underscores",
        "take it from the address of its page, app.terraform.io/app/<organization>",
    ),
]
# https://developer.hashicorp.com/terraform/cloud-docs/api-docs/projects
Project = Annotated[
    str,
    _shape(
        r"^[A-Za-z0-9_-][A-Za-z0-9 _-]{1,38}[A-Za-z0-9_-]$",
        "project",
        "3 to 40 letters, digits, spaces, hyphens and underscores",
        "give the project's name, not its id",
    ),
]
# A workspace's name has at most 90 characters, a stack's at most 65:
# https://developer.hashicorp.com/terraform/cloud-docs/workspaces/creating
WorkspacePrefix = Annotated[
    str,
    _shape(
        r"^[A-Za-z0-9_-]*$",
        "workspace prefix",
        "at most 25 letters, digits, hyphens and underscores",
        "write it like `team-`",
        25,
    ),
]
HostName = Annotated[
    str,
    _shape(
        r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(:[0-9]{1,5})?$",
        "host name",
        "a host name in lower case, a port after a colon if it is not 443",
        "write it like app.terraform.io, without https://",
    ),
]
# An absolute path would be that of one machine, and one that leads up might be another topology's.
Directory = Annotated[
    str,
    _shape(
        r"^(?!(.*/)?\.\.(/|$))[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$",
        "directory",
        "a relative path without .., of letters, digits, dots, hyphens and underscores",
        "write it like `state`",
    ),
]
LONGEST_REASON = 200


def _reason(text: str) -> str:
    if not text.strip() or len(text) > LONGEST_REASON or not text.isprintable():
        allowed = f"one line of 1 to {LONGEST_REASON} characters"
        raise refuse(Broken("no reason" if not text.strip() else "malformed reason", allowed, "say why"))
    return text


Reason = Annotated[str, Rule(_reason, {"minLength": 1, "maxLength": LONGEST_REASON})]
SERVICE_NAME_ALLOWED = "com.amazonaws.vpce.<region>.vpce-svc-<17 hexadecimal digits>"
ServiceName = Annotated[
    str,
    _shape(
        rf"^com\.amazonaws\.vpce\.[a-z]{{2}}(-gov|-iso[a-z]?)?-[a-z]+-[0-9]\.vpce-svc-{_HEX}$",
        "service name",
        SERVICE_NAME_ALLOWED,
        "ask the service provider; it is ServiceName in `aws ec2 describe-vpc-endpoint-services`",
    ),
]
# AWS's own services, as com.amazonaws.<region>.ssm or aws.sagemaker.<region>.notebook, and those of others:
# https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
_SERVICE_LABEL = "[A-Za-z0-9][A-Za-z0-9_-]*"
EndpointServiceName = Annotated[
    str,
    _shape(
        rf"^{_SERVICE_LABEL}(\.{_SERVICE_LABEL}){{2,9}}$",
        "service name",
        f"com.amazonaws.<region>.<service>, {SERVICE_NAME_ALLOWED}, or as its owner names it",
        "take it from `aws ec2 describe-vpc-endpoint-services`",
        255,
    ),
]


def is_custom_service(name: str) -> bool:
    """Say whether this is a customer's endpoint service, not one of AWS's own."""
    return ".vpce-svc-" in name


def broken_load_balancer_name(name: str) -> Broken | None:
    """Say what is wrong with a load balancer's name, if anything.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
    """
    if len(name) > LONGEST_LOAD_BALANCER_NAME:
        what = f"load balancer name of {len(name)} characters"
        fix = f"shorten it to {LONGEST_LOAD_BALANCER_NAME} characters"
    elif name.startswith("internal-"):
        what, fix = "load balancer name that starts with internal-", "choose another start"
    elif name.startswith("-") or name.endswith("-"):
        what, fix = "load balancer name with a hyphen at an end", "remove the hyphen"
    elif not re.fullmatch("[A-Za-z0-9-]+", name):
        what, fix = "malformed load balancer name", "use letters, digits and hyphens"
    else:
        return None
    allowed = (
        f"1 to {LONGEST_LOAD_BALANCER_NAME} letters, digits and hyphens, "
        "no hyphen at either end, not starting with internal-"
    )
    return Broken(what, allowed, fix)


LONGEST_LABEL, LONGEST_DNS_NAME = 63, 253
DNS_LABEL = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"


def _private_dns_name(name: str) -> str:
    """Refuse what AWS refuses as a service's private DNS name, with what is wrong with it.

    https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
    """
    allowed = (
        "lower-case letters, digits and hyphens in labels of at most "
        f"{LONGEST_LABEL} characters, two labels at least, {LONGEST_DNS_NAME} characters in all, "
        "`*` as the first label alone"
    )
    if len(name) > LONGEST_DNS_NAME:
        raise refuse(Broken(f"DNS name of {len(name)} characters", allowed, "shorten it"))
    if name != name.lower():
        raise refuse(Broken("DNS name with capital letters", allowed, f"did you mean {name.lower()}"))
    if name.endswith("."):
        raise refuse(Broken("DNS name that ends with a dot", allowed, "remove the dot"))
    labels = name.removeprefix("*.").split(".")
    for label in labels:
        if len(label) > LONGEST_LABEL:
            raise refuse(Broken(f"DNS label of {len(label)} characters", allowed, "shorten it", given=label))
        if not re.fullmatch(DNS_LABEL, label):
            what = "wildcard that is not the first label" if label == "*" else "malformed DNS name"
            raise refuse(Broken(what, allowed, "write it like api.example.com or *.example.com"))
    if len(labels) < 2:
        raise refuse(Broken("DNS name without a domain", allowed, "write it like api.example.com"))
    return name


PrivateDnsName = Annotated[
    str,
    Rule(
        _private_dns_name,
        {"pattern": rf"^(\*\.)?({DNS_LABEL}\.)+{DNS_LABEL}$", "maxLength": LONGEST_DNS_NAME},
    ),
]


HOST_NAME_PATTERN = r"^(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"
DnsName = Annotated[
    str,
    _shape(
        HOST_NAME_PATTERN,
        "DNS name",
        "lower-case letters, digits, hyphens and underscores in labels of at most "
        f"{LONGEST_LABEL} characters, two labels at least, {LONGEST_DNS_NAME} characters in all, "
        "`*` as the first label alone",
        "write it like api.shop.internal",
        LONGEST_DNS_NAME,
    ),
]


def _load_balancer_name(name: str) -> str:
    if broken := broken_load_balancer_name(name):
        raise refuse(broken)
    return name


def region_of(service_name: str) -> str | None:
    """Give the region that a service name names, if it names one."""
    return next(filter(zones.is_region, service_name.split(".")), None)


def region_in(arn: str) -> str:
    """Give the region that an ARN names; IAM's name none."""
    return arn.split(":")[3]


def account_of(arn: str) -> str:
    """Give the account number in an ARN."""
    return arn.split(":")[4]


def load_balancer_name(arn: str) -> str:
    """Give the name in a Network Load Balancer's ARN, unique in its region and account."""
    return arn.split("/")[2]


LoadBalancerName = Annotated[
    str,
    Rule(
        _load_balancer_name,
        {
            "pattern": "^(?!internal-)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$",
            "maxLength": LONGEST_LOAD_BALANCER_NAME,
        },
    ),
]


def _port(number: int) -> int:
    if not FIRST_PORT <= number <= LAST_PORT:
        raise refuse(
            Broken("port out of range", f"{FIRST_PORT} to {LAST_PORT}", "give the port that is listened on")
        )
    return number


Port = Annotated[int, Rule(_port, {"minimum": FIRST_PORT, "maximum": LAST_PORT})]


def within(lowest: int, highest: int, unit: str) -> Rule:
    """Make the rule of a number between two others, both allowed."""

    def check(number: int) -> int:
        if not lowest <= number <= highest:
            nearest = min(max(number, lowest), highest)
            raise refuse(Broken("out of range", f"{lowest} to {highest} {unit}", f"try {nearest}"))
        return number

    return Rule(check, {"minimum": lowest, "maximum": highest})


# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545),
    *(731, 1096, 1827, 2192, 2557, 2922, 3288, 3653),
)


def _retention(days: int) -> int:
    if days not in RETENTION_DAYS:
        nearest = min(RETENTION_DAYS, key=lambda allowed: abs(allowed - days))
        raise refuse(
            Broken("retention that CloudWatch Logs does not have", _listed(RETENTION_DAYS), f"try {nearest}")
        )
    return days


RetentionDays = Annotated[int, Rule(_retention, {"enum": list(RETENTION_DAYS)})]


def _listed(values: Iterable[object]) -> str:
    return ", ".join(map(str, values))


# ---- CIDRs

CIDR_PATTERN = r"^([0-9]{1,3}\.){3}[0-9]{1,3}/[0-9]{1,2}$"
_CIDR_ALLOWED = "an IPv4 CIDR such as 10.10.0.0/16"


def parse_cidr(given: object) -> object:
    """Turn text into a network; what is not text is left for the type check to refuse."""
    if not isinstance(given, str):
        return given
    address, slash, prefix = given.partition("/")
    if ":" in address:
        raise refuse(Broken("IPv6 CIDR", _CIDR_ALLOWED, "give the IPv4 CIDR"))
    try:
        IPv4Address(address)
    except AddressValueError:
        raise refuse(
            Broken("malformed CIDR", _CIDR_ALLOWED, "write four numbers from 0 to 255, a slash, a prefix")
        ) from None
    if not slash:
        raise refuse(Broken("CIDR mask is missing", _CIDR_ALLOWED, f"did you mean {address}/32"))
    if not re.fullmatch("[0-9]{1,2}", prefix) or int(prefix) > 32:
        raise refuse(Broken("malformed CIDR prefix", "a prefix from /0 to /32", "write it like 10.10.0.0/16"))
    network = IPv4Network(given, strict=False)
    if str(network.network_address) != address:
        raise refuse(
            Broken("CIDR with host bits set", f"the first address of a /{prefix}", f"did you mean {network}")
        )
    return network


def parse_address(given: object) -> object:
    """Turn text into an address; what is not text is left for the type check to refuse."""
    if not isinstance(given, str):
        return given
    try:
        return IPv4Address(given)
    except AddressValueError:
        allowed, fix = "an IPv4 address such as 10.10.1.5", "write four numbers from 0 to 255"
        raise refuse(Broken("malformed address", allowed, fix)) from None


def check_network_size(network: IPv4Network) -> IPv4Network:
    """Refuse what AWS refuses as a VPC or a subnet."""
    if not LARGEST_NETWORK <= network.prefixlen <= SMALLEST_NETWORK:
        raise refuse(
            Broken(
                f"network too {'large' if network.prefixlen < LARGEST_NETWORK else 'small'}",
                f"/{LARGEST_NETWORK} to /{SMALLEST_NETWORK}",
                f"choose a prefix from /{LARGEST_NETWORK} to /{SMALLEST_NETWORK}",
            )
        )
    return network


CIDR6_PATTERN = r"^[0-9a-f:]+(/[0-9]{1,3})$"


def parse_client(given: object) -> object:
    """Turn text into a CIDR of either kind; a security group or a prefix list stays text."""
    if not isinstance(given, str):
        raise refuse(Broken("must be text", _CLIENT_ALLOWED, "write it in quotes"))
    for start, pattern in (("sg-", SECURITY_GROUP_ID_PATTERN), ("pl-", PREFIX_LIST_ID_PATTERN)):
        if given.startswith(start):
            if not re.fullmatch(pattern, given):
                fix = f"write {start} and 17 (or, of old, 8) hexadecimal digits"
                raise refuse(Broken("malformed id", _CLIENT_ALLOWED, fix))
            return given
    if ":" not in given:
        return parse_cidr(given)
    try:
        return IPv6Network(given)
    except ValueError:
        fix = "write it like 2001:db8::/56, without host bits"
        raise refuse(Broken("malformed IPv6 CIDR", _CLIENT_ALLOWED, fix)) from None


_CLIENT_ALLOWED = "a CIDR such as 10.10.0.0/16, a security group (sg-...), or a prefix list (pl-...)"
Client = Annotated[
    IPv4Network | IPv6Network | str,
    PlainValidator(parse_client),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": "|".join(
                [CIDR_PATTERN, CIDR6_PATTERN, SECURITY_GROUP_ID_PATTERN, PREFIX_LIST_ID_PATTERN]
            ),
        }
    ),
]
_CIDR_JSON = WithJsonSchema({"type": "string", "pattern": CIDR_PATTERN})
Cidr = Annotated[IPv4Network, BeforeValidator(parse_cidr), _CIDR_JSON]
Address = Annotated[
    IPv4Address,
    BeforeValidator(parse_address),
    WithJsonSchema({"type": "string", "pattern": r"^([0-9]{1,3}\.){3}[0-9]{1,3}$"}),
]
NetworkCidr = Annotated[IPv4Network, Rule(check_network_size), BeforeValidator(parse_cidr), _CIDR_JSON]


# ---- lists and mappings


def twice(values: Iterable[Hashable] | Mapping[str, Hashable], what: str) -> Iterator[Broken]:
    """Report each value that was already given."""
    seen: set[Hashable] = set()
    for place, value in values.items() if isinstance(values, Mapping) else enumerate(values):
        if value in seen:
            yield Broken(what, "each once", "remove one of the two", (place,))
        seen.add(value)


def each_once(what: str) -> Rule:
    """Make the rule of a list that gives each value once; as its order means nothing, it is kept sorted."""

    def check(values: tuple[Any, ...]) -> tuple[Any, ...]:
        refuse_any(twice(values, what))
        return tuple(sorted(values, key=lambda value: (type(value).__name__, value)))

    return Rule(check, {"uniqueItems": True})


def not_empty(what: str, fix: str) -> Rule:
    """Make the rule of a list that holds something."""

    def check(values: tuple[Any, ...]) -> tuple[Any, ...]:
        if not values:
            raise refuse(Broken(what, "at least one", fix))
        return values

    return Rule(check, {"minItems": 1})


def at_most(most: int, what: str) -> Rule:
    """Make the rule of a list that is not longer."""

    def check(values: tuple[Any, ...]) -> tuple[Any, ...]:
        if len(values) > most:
            raise refuse(Broken(f"{len(values)} {what}", f"at most {most}", "remove some", given=""))
        return values

    return Rule(check, {"maxItems": most})


# A YAML list arrives as a Python list, the model keeps a tuple: `strict=False` converts it, not its items.
AsTuple = Field(strict=False)


# ---- what has a form of its own

_ZONE_ALLOWED = "a zone name such as ap-northeast-2a, or an AZ ID such as apne2-az1"
_ZONE = _shape(
    f"{zones.ZONE_NAME_PATTERN}|{zones.ZONE_ID_PATTERN}",
    "zone",
    _ZONE_ALLOWED,
    "take it from `aws ec2 describe-availability-zones`",
)
Zone = Annotated[str, _ZONE]


def check_zone(zone: object) -> None:
    """Refuse what is no zone: for where pydantic does not see the single zones."""
    if not isinstance(zone, str):
        raise refuse(Broken("zone must be text", _ZONE_ALLOWED, "write the zone's name or its AZ ID"))
    _ZONE.check(zone)


# Not a number: zones that come and go would renumber the others, and another text replaces an instance.
PLACEHOLDER = "{zone}"


def check_text(text: object) -> None:
    """Refuse what an instance cannot answer."""
    allowed = f"one line of 1 to {LONGEST_TEXT} printable characters, in which {PLACEHOLDER} is replaced"
    if not isinstance(text, str):
        raise refuse(Broken("must be text", allowed, "write it in quotes"))
    if not text or len(text) > LONGEST_TEXT:
        raise refuse(
            Broken(f"text of {len(text)} characters", allowed, "shorten it" if text else "give a text")
        )
    if not text.isprintable():
        odd = next(character for character in text if not character.isprintable())
        raise refuse(Broken(f"text with the unprintable character {odd!r}", allowed, "remove it"))
    for found in re.findall(r"\{[a-z_]+\}", text):
        if found != PLACEHOLDER:
            fix = f"use {PLACEHOLDER}, or give a text for each zone"
            raise refuse(Broken(f"unknown placeholder {found}", allowed, fix))


# https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
# Of AWS's 50, two are ours: Name and Topology.
MOST_TAGS, LONGEST_TAG_KEY, LONGEST_TAG_VALUE = 48, 128, 256


def _tag_part(text: str, what: str, longest: int) -> None:
    allowed = f"at most {longest} letters, digits, spaces and any of _.:/=+-@"
    if len(text) > longest:
        raise refuse(Broken(f"{what} of {len(text)} characters", allowed, f"shorten it to {longest}"))
    if not all(character.isalnum() or character in " _.:/=+-@" for character in text):
        raise refuse(Broken(f"{what}", allowed, "remove the other characters"))


def _tag_key(key: str) -> str:
    if not key:
        raise refuse(Broken("empty tag key", f"1 to {LONGEST_TAG_KEY} characters", "give the tag a key"))
    if key.lower().startswith("aws:"):
        raise refuse(
            Broken("tag key that starts with aws:", "any other start", "aws: is kept for AWS: choose another")
        )
    _tag_part(key, "tag key", LONGEST_TAG_KEY)
    return key


def _tag_value(value: str) -> str:
    _tag_part(value, "tag value", LONGEST_TAG_VALUE)
    return value


def _tags(tags: dict[str, str]) -> dict[str, str]:
    if len(tags) > MOST_TAGS:
        raise refuse(Broken(f"{len(tags)} tags", f"at most {MOST_TAGS}", "remove some"))
    return dict(sorted(tags.items()))


TagKey = Annotated[str, Rule(_tag_key, {"minLength": 1, "maxLength": LONGEST_TAG_KEY})]
TagValue = Annotated[str, Rule(_tag_value, {"maxLength": LONGEST_TAG_VALUE})]
Tags = Annotated[dict[TagKey, TagValue], Rule(_tags, {"maxProperties": MOST_TAGS})]
