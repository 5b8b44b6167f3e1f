"""AccessLogBucket: an S3 bucket for the access logs of a load balancer."""

from privatelink.constructs.component import Component
from privatelink.constructs.iam import allow_log_delivery
from privatelink.framework import aws


class AccessLogBucket(Component):
    """Create an S3 bucket to which AWS's log delivery can write, and nobody outside the account.

    Creates `aws_s3_bucket`, `aws_s3_bucket_public_access_block`, `aws_s3_bucket_ownership_controls` (no
    ACLs), `aws_s3_bucket_server_side_encryption_configuration` (SSE-KMS with a key, else SSE-S3, the only
    encryption that log delivery supports without a key policy), `aws_s3_bucket_lifecycle_configuration` and
    `aws_s3_bucket_policy` (log delivery for this account and Region; TLS only). A bucket that contains logs
    is not destroyed.

    Arguments:
        name: start of the bucket's name; in the bucket's name at most 24 characters of it, in lower case.
        region: Region of the load balancer.
        partition: AWS partition, such as `aws`.
        prefix: prefix of the logs' keys; None for no prefix.
        expiration_days: days after which a log is deleted.
        kms_master_key_id: ARN of the KMS key of the logs, whose policy must allow
            `delivery.logs.amazonaws.com` to use it; default: SSE-S3.

    Attributes:
        bucket: name of the bucket, known once the policy allows log delivery.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html#access-logging-bucket-requirements
    """

    def __init__(
        self,
        scope: aws.Construct,
        id: str,  # noqa: A002
        *,
        name: str,
        region: str,
        partition: str,
        prefix: str | None,
        expiration_days: int,
        kms_master_key_id: str | None = None,
    ) -> None:
        super().__init__(scope, id)
        bucket = self.add(
            aws.S3Bucket,
            # A prefix is at most 37 characters, in lower case.
            bucket_prefix=f"{name.lower()[:24]}-access-logs-",
            force_destroy=False,
            tags={"Name": f"{name}-access-logs"},
        )
        bucket_id, arn = bucket.id, bucket.arn
        closed = self.add(
            aws.S3BucketPublicAccessBlock,
            bucket=bucket_id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
        )
        self.add(
            aws.S3BucketOwnershipControls,
            bucket=bucket_id,
            rule=aws.S3BucketOwnershipControlsRule(object_ownership="BucketOwnerEnforced"),
        )
        self.add(
            aws.S3BucketServerSideEncryptionConfigurationA,
            bucket=bucket_id,
            rule=[
                aws.S3BucketServerSideEncryptionConfigurationRuleA(
                    apply_server_side_encryption_by_default=(
                        aws.S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA(
                            sse_algorithm="aws:kms" if kms_master_key_id else "AES256",
                            kms_master_key_id=kms_master_key_id,
                        )
                    ),
                    # Fewer requests to KMS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
                    bucket_key_enabled=True if kms_master_key_id else None,
                )
            ],
        )
        self.add(
            aws.S3BucketLifecycleConfiguration,
            bucket=bucket_id,
            rule=[
                aws.S3BucketLifecycleConfigurationRule(
                    id="expire",
                    status="Enabled",
                    filter=[aws.S3BucketLifecycleConfigurationRuleFilter(prefix="")],
                    expiration=[aws.S3BucketLifecycleConfigurationRuleExpiration(days=expiration_days)],
                    abort_incomplete_multipart_upload=[
                        aws.S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload(
                            days_after_initiation=1
                        )
                    ],
                )
            ],
        )
        account = self.add(aws.DataAwsCallerIdentity).account_id
        policy = self.add(
            aws.S3BucketPolicy,
            bucket=bucket_id,
            policy=allow_log_delivery(
                arn, prefix=prefix, account=account, region=region, partition=partition
            ),
            # Both change the policy status of the bucket, and S3 refuses two changes at once.
            depends_on=[closed],
        )
        # AWS refuses a load balancer with a bucket that does not allow log delivery yet.
        self.bucket: str = policy.bucket
