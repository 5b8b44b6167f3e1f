"""S3 buckets, and prefixes of their object keys."""

from typing import Annotated

from privatelink.rule import Rule
from privatelink.topology.types.patterns import matches

BUCKET_NAME = Rule(
    "s3-bucket-name",
    what="malformed bucket name",
    allowed=(
        "3 to 63 lower-case letters, digits, single dots and hyphens, a letter or digit at either end, "
        "not like an address"
    ),
    fix="give the name alone, without s3://",
    why="S3 has no bucket with a name of another form.",
    page="https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html",
)
LOG_PREFIX = Rule(
    "access-log-prefix",
    what="malformed prefix of the access logs",
    allowed="a path of letters, digits and any of !_.*'()-, without AWSLogs, no slash at either end",
    fix="write it like team/service",
    why="Elastic Load Balancing appends /AWSLogs/ and the account number, and refuses a prefix with AWSLogs.",
    page="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html",
)
KEY_PREFIX = Rule(
    "s3-key-prefix",
    what="malformed key prefix",
    allowed="a path of letters, digits and any of !_.*'()-, without . and .., no slash at either end",
    fix="write it like team/privatelink",
    why="S3 accepts other characters in an object key, but tools that read the key may treat them specially.",
    page="https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html",
)
RULES = (BUCKET_NAME, LOG_PREFIX, KEY_PREFIX)

BucketName = Annotated[
    str,
    matches(
        r"^(?!xn--|sthree-|([0-9]+\.){3}[0-9]+$)(?!.*(\.\.|-s3alias$|--ol-s3$))[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
        BUCKET_NAME,
    ),
]
LogPrefix = Annotated[str, matches("^(?!.*AWSLogs)[A-Za-z0-9!_.*'()-]+(/[A-Za-z0-9!_.*'()-]+)*$", LOG_PREFIX)]
KeyPrefix = Annotated[
    str,
    matches(r"^(?!(.*/)?\.{1,2}(/|$))[A-Za-z0-9!_.*'()-]+(/[A-Za-z0-9!_.*'()-]+)*$", KEY_PREFIX, longest=512),
]
