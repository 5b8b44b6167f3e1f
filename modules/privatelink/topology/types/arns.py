"""ARNs of resources and of principals, and the parts of an ARN."""

import re
from typing import Annotated

from privatelink.facts import PARTITIONS
from privatelink.rule import Rule
from privatelink.topology.types.patterns import matches
from privatelink.topology.yaml_document import Unquoted

_PARTITION = f"arn:({'|'.join(partition.id for partition in PARTITIONS)})"
_IAM = rf"{_PARTITION}:iam::[0-9]{{12}}"
_IAM_PATH = r"[A-Za-z0-9_+=,.@/-]{1,576}"
_BALANCER = rf"{_PARTITION}:elasticloadbalancing:[a-z0-9-]+:[0-9]{{12}}:loadbalancer"

ROLE_ARN = Rule(
    "iam-role-arn",
    what="malformed role ARN",
    allowed="arn:aws:iam::<12 digits>:role/<name>",
    fix="copy Arn from `aws iam get-role --role-name <name>`",
    why="AWS STS assumes a role by its full ARN, not by its name.",
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html",
)
PRINCIPAL_ARN = Rule(
    "principal-arn",
    what="malformed principal",
    allowed="*, an account ID of 12 digits, or arn:aws:iam::<12 digits>:root, :role/<name> or :user/<name>",
    fix="write an account as its ID, and a role or user as its ARN",
    why="An endpoint service allows AWS accounts, IAM roles and IAM users, each by its ARN; an account by "
    "that of its root.",
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html",
)
TOPIC_ARN = Rule(
    "sns-topic-arn",
    what="malformed topic ARN",
    allowed="arn:aws:sns:<region>:<12 digits>:<name>, not a FIFO topic",
    fix="copy the ARN of a standard topic from `aws sns list-topics`",
    why="Connection notifications and alarms are published to a standard SNS topic, named by its ARN.",
    page="https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html",
)
CERTIFICATE_ARN = Rule(
    "certificate-arn",
    what="malformed certificate ARN",
    allowed="arn:aws:acm:<region>:<12 digits>:certificate/<id>, or the ARN of an IAM server certificate",
    fix="copy CertificateArn from `aws acm list-certificates`",
    why="A TLS listener takes a certificate of ACM, or a server certificate of IAM, by its ARN.",
    page="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/tls-listener-certificates.html",
)
KMS_KEY_ARN = Rule(
    "kms-key-arn",
    what="malformed KMS key ARN",
    allowed="arn:aws:kms:<region>:<12 digits>:key/<id>, not an alias",
    fix="copy Arn from `aws kms describe-key --key-id <id or alias>`",
    why="Terraform's S3 backend takes the ARN of a KMS key; an alias does not identify the key for certain.",
    page="https://developer.hashicorp.com/terraform/language/backend/s3#kms_key_id",
)
ALB_ARN = Rule(
    "alb-arn",
    what="malformed Application Load Balancer ARN",
    allowed=(
        "arn:aws:elasticloadbalancing:<region>:<12 digits>:loadbalancer/app/<name>/<16 hexadecimal digits>"
    ),
    fix="copy LoadBalancerArn from `aws elbv2 describe-load-balancers`",
    why="A target group of type alb has an Application Load Balancer as its only target, named by its ARN.",
    page="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html",
)
NLB_ARN = Rule(
    "nlb-arn",
    what="malformed Network Load Balancer ARN",
    allowed=(
        "arn:aws:elasticloadbalancing:<region>:<12 digits>:loadbalancer/net/<name>/<16 hexadecimal digits>"
    ),
    fix="copy LoadBalancerArn from `aws elbv2 describe-load-balancers`",
    why="An endpoint service for interface endpoints takes Network Load Balancers only, each by its ARN.",
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html",
)
RULES = (ROLE_ARN, PRINCIPAL_ARN, TOPIC_ARN, CERTIFICATE_ARN, KMS_KEY_ARN, ALB_ARN, NLB_ARN)


def region_in(arn: str) -> str:
    """Return the Region in an ARN; empty for IAM, which is global."""
    return arn.split(":")[3]


def account_of(arn: str) -> str:
    """Return the account number in an ARN."""
    return arn.split(":")[4]


def load_balancer_name(arn: str) -> str:
    """Return the name in a Network Load Balancer's ARN, unique in its Region and account."""
    return arn.split("/")[2]


def root_of(account: str, partition: str) -> str:
    """Return the ARN of an account's root, which stands for the account."""
    return f"arn:{partition}:iam::{account}:root"


def in_partition(arn: str, region: str, partition: str) -> str:
    """Return an ARN as it would be in a partition; another Region in it becomes this one."""
    _, _, service, old_region, *rest = arn.split(":", 4)
    return ":".join(["arn", partition, service, region if old_region else "", *rest])


def principal_of(given: object, partition: str) -> object:
    """Return the ARN of an account for its ID of 12 digits; leave another value for the check of the form.

    YAML reads an ID without quotes as a number, perhaps an octal one.
    """
    text = given.text if isinstance(given, Unquoted) else given
    if isinstance(text, int) and not isinstance(text, bool):
        text = str(text)
    if not isinstance(text, str) or not re.fullmatch("[0-9]+", text):
        return given
    return root_of(text, partition) if re.fullmatch("[0-9]{12}", text) else text


RoleArn = Annotated[str, matches(f"^{_IAM}:role/{_IAM_PATH}$", ROLE_ARN)]
_PRINCIPAL = rf"\*|{_IAM}:(root|(user|role)/{_IAM_PATH})"
Principal = Annotated[str, matches(f"^({_PRINCIPAL})$", PRINCIPAL_ARN)]
# In a topology, `principal_of` replaces an account ID first.
PrincipalOrAccountId = Annotated[str, matches(f"^({_PRINCIPAL}|[0-9]{{12}})$", PRINCIPAL_ARN)]
TopicArn = Annotated[
    str, matches(rf"^{_PARTITION}:sns:[a-z0-9-]+:[0-9]{{12}}:[A-Za-z0-9_-]{{1,256}}$", TOPIC_ARN)
]
CertificateArn = Annotated[
    str,
    matches(
        rf"^{_PARTITION}:(acm:[a-z0-9-]+:[0-9]{{12}}:certificate/[A-Za-z0-9-]+"
        rf"|iam::[0-9]{{12}}:server-certificate/{_IAM_PATH})$",
        CERTIFICATE_ARN,
    ),
]
KmsKeyArn = Annotated[
    str,
    matches(
        rf"^{_PARTITION}:kms:[a-z0-9-]+:[0-9]{{12}}:key/"
        r"([0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}|mrk-[0-9a-f]{32})$",
        KMS_KEY_ARN,
    ),
]
ApplicationLoadBalancerArn = Annotated[
    str, matches(rf"^{_BALANCER}/app/[A-Za-z0-9-]{{1,32}}/[0-9a-f]{{16}}$", ALB_ARN)
]
NetworkLoadBalancerArn = Annotated[str, matches(f"^{_BALANCER}/net/[A-Za-z0-9-]+/[0-9a-f]{{16}}$", NLB_ARN)]
