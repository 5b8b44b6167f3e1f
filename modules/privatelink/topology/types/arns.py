"""ARNs of resources and of principals, and what an ARN says."""

from typing import Annotated

from privatelink.facts import PARTITIONS
from privatelink.topology.types.patterns import matches

_PARTITION = f"arn:({'|'.join(PARTITIONS)})"
_IAM = rf"{_PARTITION}:iam::[0-9]{{12}}"
_IAM_PATH = r"[A-Za-z0-9_+=,.@/-]{1,576}"
_BALANCER = rf"{_PARTITION}:elasticloadbalancing:[a-z0-9-]+:[0-9]{{12}}:loadbalancer"


def region_in(arn: str) -> str:
    """Give the region that an ARN names; IAM's name none."""
    return arn.split(":")[3]


def account_of(arn: str) -> str:
    """Give the account number in an ARN."""
    return arn.split(":")[4]


def load_balancer_name(arn: str) -> str:
    """Give the name in a Network Load Balancer's ARN, unique in its region and account."""
    return arn.split("/")[2]


RoleArn = Annotated[
    str,
    matches(
        f"^{_IAM}:role/{_IAM_PATH}$",
        "role ARN",
        "arn:aws:iam::<12 digits>:role/<name>",
        "take it from `aws iam get-role --role-name <name>`",
    ),
]
# https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
Principal = Annotated[
    str,
    matches(
        rf"^(\*|{_IAM}:(root|(user|role)/{_IAM_PATH}))$",
        "principal",
        "* or arn:aws:iam::<12 digits>:root, :role/<name> or :user/<name>",
        "write an account as arn:aws:iam::<12 digits>:root",
    ),
]
# https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
TopicArn = Annotated[
    str,
    matches(
        rf"^{_PARTITION}:sns:[a-z0-9-]+:[0-9]{{12}}:[A-Za-z0-9_-]{{1,256}}$",
        "topic ARN",
        "arn:aws:sns:<region>:<12 digits>:<name>, not a FIFO topic",
        "take it from `aws sns list-topics`",
    ),
]
# https://docs.aws.amazon.com/elasticloadbalancing/latest/network/tls-listener-certificates.html
CertificateArn = Annotated[
    str,
    matches(
        rf"^{_PARTITION}:(acm:[a-z0-9-]+:[0-9]{{12}}:certificate/[A-Za-z0-9-]+"
        rf"|iam::[0-9]{{12}}:server-certificate/{_IAM_PATH})$",
        "certificate ARN",
        "arn:aws:acm:<region>:<12 digits>:certificate/<id>, or that of an IAM server certificate",
        "take it from `aws acm list-certificates`",
    ),
]
# https://developer.hashicorp.com/terraform/language/backend/s3#kms_key_id
KmsKeyArn = Annotated[
    str,
    matches(
        rf"^{_PARTITION}:kms:[a-z0-9-]+:[0-9]{{12}}:key/"
        r"([0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}|mrk-[0-9a-f]{32})$",
        "KMS key ARN",
        "arn:aws:kms:<region>:<12 digits>:key/<id>, not an alias",
        "take Arn from `aws kms describe-key --key-id <id or alias>`",
    ),
]
ApplicationLoadBalancerArn = Annotated[
    str,
    matches(
        rf"^{_BALANCER}/app/[A-Za-z0-9-]{{1,32}}/[0-9a-f]{{16}}$",
        "Application Load Balancer ARN",
        "arn:aws:elasticloadbalancing:<region>:<12 digits>:loadbalancer/app/<name>/<16 hexadecimal digits>",
        "take LoadBalancerArn from `aws elbv2 describe-load-balancers`",
    ),
]
NetworkLoadBalancerArn = Annotated[
    str,
    matches(
        f"^{_BALANCER}/net/[A-Za-z0-9-]+/[0-9a-f]{{16}}$",
        "Network Load Balancer ARN",
        "the ARN of a Network Load Balancer",
        "take LoadBalancerArn from `aws elbv2 describe-load-balancers`",
    ),
]
