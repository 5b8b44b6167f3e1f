"""The KMS key of a log group."""

from tests.support.sandbox_fixtures import Account, refused

KEYS = [f"arn:aws:kms:ap-northeast-2:111122223333:key/0123abcd-0123-4abc-8abc-0123456789a{n}" for n in "ab"]


def test_it_changes_and_goes(provider: Account) -> None:
    logs = provider.client("logs")
    logs.create_log_group(logGroupName="/vpc/changes", kmsKeyId=KEYS[0])

    def key() -> str | None:
        (group,) = logs.describe_log_groups(logGroupNamePrefix="/vpc/changes")["logGroups"]
        return group.get("kmsKeyId")

    logs.associate_kms_key(logGroupName="/vpc/changes", kmsKeyId=KEYS[1])
    assert key() == KEYS[1]
    logs.disassociate_kms_key(logGroupName="/vpc/changes")
    assert key() is None


def test_of_no_log_group(provider: Account) -> None:
    logs = provider.client("logs")
    with refused("ResourceNotFoundException"):
        logs.disassociate_kms_key(logGroupName="/vpc/none")
