"""What exists in an account of the sandbox beyond what every AWS account has."""

from typing import Any, Protocol


class HasClients(Protocol):
    """A stack, or an account: gives boto3 clients with its credentials."""

    def client(self, service: str) -> Any: ...


def left(account: HasClients) -> list[str]:
    """Ids of what a topology could have made in the account and Region, and that still exists."""
    ec2, elb, iam, logs, cloudwatch = (
        account.client(service) for service in ("ec2", "elbv2", "iam", "logs", "cloudwatch")
    )
    default_vpcs = {vpc["VpcId"] for vpc in ec2.describe_vpcs()["Vpcs"] if vpc["IsDefault"]}
    found = [vpc["VpcId"] for vpc in ec2.describe_vpcs()["Vpcs"] if not vpc["IsDefault"]]
    for kind, key, id_key in (
        ("subnets", "Subnets", "SubnetId"),
        ("security_groups", "SecurityGroups", "GroupId"),
        ("network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"),
        ("route_tables", "RouteTables", "RouteTableId"),
    ):
        listed = getattr(ec2, f"describe_{kind}")()[key]
        found += [item[id_key] for item in listed if item["VpcId"] not in default_vpcs]
    found += [
        instance["InstanceId"]
        for reservation in ec2.describe_instances()["Reservations"]
        for instance in reservation["Instances"]
        if instance["State"]["Name"] != "terminated"
    ]
    found += [
        gateway["InternetGatewayId"] for gateway in ec2.describe_internet_gateways()["InternetGateways"]
    ]
    found += [address["AllocationId"] for address in ec2.describe_addresses()["Addresses"]]
    found += [endpoint["VpcEndpointId"] for endpoint in ec2.describe_vpc_endpoints()["VpcEndpoints"]]
    found += [
        service["ServiceId"]
        for service in ec2.describe_vpc_endpoint_service_configurations()["ServiceConfigurations"]
    ]
    found += [
        notification["ConnectionNotificationId"]
        for notification in ec2.describe_vpc_endpoint_connection_notifications()["ConnectionNotificationSet"]
    ]
    found += [volume["VolumeId"] for volume in ec2.describe_volumes()["Volumes"]]
    found += [flow_log["FlowLogId"] for flow_log in ec2.describe_flow_logs()["FlowLogs"]]
    found += [balancer["LoadBalancerArn"] for balancer in elb.describe_load_balancers()["LoadBalancers"]]
    found += [group["TargetGroupArn"] for group in elb.describe_target_groups()["TargetGroups"]]
    found += [
        role["RoleName"] for role in iam.list_roles()["Roles"] if "/aws-service-role/" not in role["Path"]
    ]
    found += [profile["InstanceProfileName"] for profile in iam.list_instance_profiles()["InstanceProfiles"]]
    found += [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]
    found += [alarm["AlarmName"] for alarm in cloudwatch.describe_alarms()["MetricAlarms"]]
    return found
