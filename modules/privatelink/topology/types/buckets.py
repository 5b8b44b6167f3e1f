"""S3 buckets, and what the keys of their objects start with."""

from typing import Annotated

from privatelink.topology.types.patterns import matches

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
BucketName = Annotated[
    str,
    matches(
        r"^(?!xn--|sthree-|([0-9]+\.){3}[0-9]+$)(?!.*(\.\.|-s3alias$|--ol-s3$))[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
        "bucket name",
        "3 to 63 lower-case letters, digits, single dots and hyphens, a letter or digit at either end, "
        "not like an address",
        "give the name alone, without s3://",
    ),
]
LogPrefix = Annotated[
    str,
    matches(
        "^(?!.*AWSLogs)[A-Za-z0-9!_.*'()-]+(/[A-Za-z0-9!_.*'()-]+)*$",
        "prefix",
        "a path without AWSLogs, and without a slash at either end",
        "write it like `team/service`",
    ),
]
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
KeyPrefix = Annotated[
    str,
    matches(
        r"^(?!(.*/)?\.{1,2}(/|$))[A-Za-z0-9!_.*'()-]+(/[A-Za-z0-9!_.*'()-]+)*$",
        "key prefix",
        "a path of letters, digits and any of !_.*'()-, no slash at either end, at most 512 characters",
        "write it like `team/privatelink`",
        512,
    ),
]
