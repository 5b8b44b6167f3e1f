# ruff: noqa: A002, E501  (names of the bindings)
"""The types of `aws.py`, written by `make stub` from the installed bindings; do not edit.

An argument that is a block takes the block's class, so that its arguments are checked too, or a dict if
`classes.py` does not list that class. An attribute that is a block has the framework's own base class.
Methods that change a resource afterwards (`put_…`, `reset_…`) are left out.
"""

from collections.abc import Mapping, Sequence
from typing import TypedDict, Unpack

from cdktf import App as App
from cdktf import CloudBackend as CloudBackend
from cdktf import (
    ComplexList,
    ComplexObject,
    FileProvisioner,
    IResolvable,
    ITerraformDependable,
    ITerraformIterator,
    LocalExecProvisioner,
    RemoteExecProvisioner,
    SSHProvisionerConnection,
    StringMap,
    TerraformCount,
    TerraformDataSource,
    TerraformResource,
    WinrmProvisionerConnection,
)
from cdktf import DataResource as DataResource
from cdktf import DataTerraformRemoteState as DataTerraformRemoteState
from cdktf import DataTerraformRemoteStateLocal as DataTerraformRemoteStateLocal
from cdktf import DataTerraformRemoteStateS3 as DataTerraformRemoteStateS3
from cdktf import LocalBackend as LocalBackend
from cdktf import NamedCloudWorkspace as NamedCloudWorkspace
from cdktf import NamedRemoteWorkspace as NamedRemoteWorkspace
from cdktf import Postcondition as Postcondition
from cdktf import Precondition as Precondition
from cdktf import S3Backend as S3Backend
from cdktf import S3BackendAssumeRoleConfig as S3BackendAssumeRoleConfig
from cdktf import TerraformElement as TerraformElement
from cdktf import TerraformOutput as TerraformOutput
from cdktf import TerraformProvider as TerraformProvider
from cdktf import TerraformRemoteState as TerraformRemoteState
from cdktf import TerraformResourceLifecycle as TerraformResourceLifecycle
from cdktf import TerraformStack as TerraformStack
from constructs import Construct as Construct

class _MetaArguments(TypedDict, total=False):
    connection: SSHProvisionerConnection | WinrmProvisionerConnection | None
    count: float | TerraformCount | None
    depends_on: Sequence[ITerraformDependable] | None
    for_each: ITerraformIterator | None
    lifecycle: TerraformResourceLifecycle | None
    provider: TerraformProvider | None
    provisioners: Sequence[FileProvisioner | LocalExecProvisioner | RemoteExecProvisioner] | None

class AutoscalingAttachment(TerraformResource):
    autoscaling_group_name: str
    elb: str
    id: str
    lb_target_group_arn: str
    region: str
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        autoscaling_group_name: str,
        elb: str | None = ...,
        id: str | None = ...,
        lb_target_group_arn: str | None = ...,
        region: str | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class AutoscalingGroup(TerraformResource):
    arn: str
    availability_zone_distribution: ComplexObject
    capacity_reservation_specification: ComplexObject
    initial_lifecycle_hook: ComplexList
    instance_maintenance_policy: ComplexObject
    instance_refresh: ComplexObject
    launch_template: ComplexObject
    mixed_instances_policy: ComplexObject
    predicted_capacity: float
    tag: ComplexList
    timeouts: ComplexObject
    traffic_source: ComplexList
    warm_pool: ComplexObject
    warm_pool_size: float
    availability_zones: list[str]
    capacity_rebalance: bool | IResolvable
    context: str
    default_cooldown: float
    default_instance_warmup: float
    desired_capacity: float
    desired_capacity_type: str
    enabled_metrics: list[str]
    force_delete: bool | IResolvable
    force_delete_warm_pool: bool | IResolvable
    health_check_grace_period: float
    health_check_type: str
    id: str
    ignore_failed_scaling_activities: bool | IResolvable
    launch_configuration: str
    load_balancers: list[str]
    max_instance_lifetime: float
    max_size: float
    metrics_granularity: str
    min_elb_capacity: float
    min_size: float
    name: str
    name_prefix: str
    placement_group: str
    protect_from_scale_in: bool | IResolvable
    region: str
    service_linked_role_arn: str
    suspended_processes: list[str]
    target_group_arns: list[str]
    termination_policies: list[str]
    vpc_zone_identifier: list[str]
    wait_for_capacity_timeout: str
    wait_for_elb_capacity: float
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        max_size: float,
        min_size: float,
        availability_zone_distribution: dict[str, object] | None = ...,
        availability_zones: Sequence[str] | None = ...,
        capacity_rebalance: bool | IResolvable | None = ...,
        capacity_reservation_specification: dict[str, object] | None = ...,
        context: str | None = ...,
        default_cooldown: float | None = ...,
        default_instance_warmup: float | None = ...,
        desired_capacity: float | None = ...,
        desired_capacity_type: str | None = ...,
        enabled_metrics: Sequence[str] | None = ...,
        force_delete: bool | IResolvable | None = ...,
        force_delete_warm_pool: bool | IResolvable | None = ...,
        health_check_grace_period: float | None = ...,
        health_check_type: str | None = ...,
        id: str | None = ...,
        ignore_failed_scaling_activities: bool | IResolvable | None = ...,
        initial_lifecycle_hook: IResolvable | Sequence[dict[str, object]] | None = ...,
        instance_maintenance_policy: dict[str, object] | None = ...,
        instance_refresh: AutoscalingGroupInstanceRefresh | None = ...,
        launch_configuration: str | None = ...,
        launch_template: AutoscalingGroupLaunchTemplate | None = ...,
        load_balancers: Sequence[str] | None = ...,
        max_instance_lifetime: float | None = ...,
        metrics_granularity: str | None = ...,
        min_elb_capacity: float | None = ...,
        mixed_instances_policy: dict[str, object] | None = ...,
        name: str | None = ...,
        name_prefix: str | None = ...,
        placement_group: str | None = ...,
        protect_from_scale_in: bool | IResolvable | None = ...,
        region: str | None = ...,
        service_linked_role_arn: str | None = ...,
        suspended_processes: Sequence[str] | None = ...,
        tag: IResolvable | Sequence[AutoscalingGroupTag] | None = ...,
        target_group_arns: Sequence[str] | None = ...,
        termination_policies: Sequence[str] | None = ...,
        timeouts: dict[str, object] | None = ...,
        traffic_source: IResolvable | Sequence[dict[str, object]] | None = ...,
        vpc_zone_identifier: Sequence[str] | None = ...,
        wait_for_capacity_timeout: str | None = ...,
        wait_for_elb_capacity: float | None = ...,
        warm_pool: dict[str, object] | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class AutoscalingGroupInstanceRefresh:
    def __init__(
        self,
        *,
        strategy: str,
        preferences: AutoscalingGroupInstanceRefreshPreferences | None = ...,
        triggers: Sequence[str] | None = ...,
    ) -> None: ...

class AutoscalingGroupInstanceRefreshPreferences:
    def __init__(
        self,
        *,
        alarm_specification: dict[str, object] | None = ...,
        auto_rollback: bool | IResolvable | None = ...,
        checkpoint_delay: str | None = ...,
        checkpoint_percentages: Sequence[float] | None = ...,
        instance_warmup: str | None = ...,
        max_healthy_percentage: float | None = ...,
        min_healthy_percentage: float | None = ...,
        scale_in_protected_instances: str | None = ...,
        skip_matching: bool | IResolvable | None = ...,
        standby_instances: str | None = ...,
    ) -> None: ...

class AutoscalingGroupLaunchTemplate:
    def __init__(
        self,
        *,
        id: str | None = ...,
        name: str | None = ...,
        version: str | None = ...,
    ) -> None: ...

class AutoscalingGroupTag:
    def __init__(
        self,
        *,
        key: str,
        propagate_at_launch: bool | IResolvable,
        value: str,
    ) -> None: ...

class AwsProvider(TerraformProvider):
    access_key: str | None
    alias: str | None
    allowed_account_ids: list[str] | None
    assume_role: IResolvable | list[AwsProviderAssumeRole] | None
    assume_role_with_web_identity: IResolvable | list[object] | None
    custom_ca_bundle: str | None
    default_tags: IResolvable | list[AwsProviderDefaultTags] | None
    ec2_metadata_service_endpoint: str | None
    ec2_metadata_service_endpoint_mode: str | None
    endpoints: IResolvable | list[object] | None
    forbidden_account_ids: list[str] | None
    http_proxy: str | None
    https_proxy: str | None
    ignore_tags: IResolvable | list[object] | None
    insecure: bool | IResolvable | None
    max_retries: float | None
    no_proxy: str | None
    profile: str | None
    region: str | None
    retry_mode: str | None
    s3_us_east1_regional_endpoint: str | None
    s3_use_path_style: bool | IResolvable | None
    secret_key: str | None
    shared_config_files: list[str] | None
    shared_credentials_files: list[str] | None
    skip_credentials_validation: bool | IResolvable | None
    skip_metadata_api_check: str | None
    skip_region_validation: bool | IResolvable | None
    skip_requesting_account_id: bool | IResolvable | None
    sts_region: str | None
    tag_policy_compliance: str | None
    token: str | None
    token_bucket_rate_limiter_capacity: float | None
    use_dualstack_endpoint: bool | IResolvable | None
    use_fips_endpoint: bool | IResolvable | None
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        access_key: str | None = ...,
        alias: str | None = ...,
        allowed_account_ids: Sequence[str] | None = ...,
        assume_role: IResolvable | Sequence[AwsProviderAssumeRole] | None = ...,
        assume_role_with_web_identity: IResolvable | Sequence[dict[str, object]] | None = ...,
        custom_ca_bundle: str | None = ...,
        default_tags: IResolvable | Sequence[AwsProviderDefaultTags] | None = ...,
        ec2_metadata_service_endpoint: str | None = ...,
        ec2_metadata_service_endpoint_mode: str | None = ...,
        endpoints: IResolvable | Sequence[dict[str, object]] | None = ...,
        forbidden_account_ids: Sequence[str] | None = ...,
        http_proxy: str | None = ...,
        https_proxy: str | None = ...,
        ignore_tags: IResolvable | Sequence[dict[str, object]] | None = ...,
        insecure: bool | IResolvable | None = ...,
        max_retries: float | None = ...,
        no_proxy: str | None = ...,
        profile: str | None = ...,
        region: str | None = ...,
        retry_mode: str | None = ...,
        s3_us_east1_regional_endpoint: str | None = ...,
        s3_use_path_style: bool | IResolvable | None = ...,
        secret_key: str | None = ...,
        shared_config_files: Sequence[str] | None = ...,
        shared_credentials_files: Sequence[str] | None = ...,
        skip_credentials_validation: bool | IResolvable | None = ...,
        skip_metadata_api_check: str | None = ...,
        skip_region_validation: bool | IResolvable | None = ...,
        skip_requesting_account_id: bool | IResolvable | None = ...,
        sts_region: str | None = ...,
        tag_policy_compliance: str | None = ...,
        token: str | None = ...,
        token_bucket_rate_limiter_capacity: float | None = ...,
        use_dualstack_endpoint: bool | IResolvable | None = ...,
        use_fips_endpoint: bool | IResolvable | None = ...,
    ) -> None: ...

class AwsProviderAssumeRole:
    def __init__(
        self,
        *,
        duration: str | None = ...,
        external_id: str | None = ...,
        policy: str | None = ...,
        policy_arns: Sequence[str] | None = ...,
        role_arn: str | None = ...,
        session_name: str | None = ...,
        source_identity: str | None = ...,
        tags: Mapping[str, str] | None = ...,
        transitive_tag_keys: Sequence[str] | None = ...,
    ) -> None: ...

class AwsProviderDefaultTags:
    def __init__(
        self,
        *,
        tags: Mapping[str, str] | None = ...,
    ) -> None: ...

class CloudwatchLogGroup(TerraformResource):
    arn: str
    deletion_protection_enabled: bool | IResolvable
    id: str
    kms_key_id: str
    log_group_class: str
    name: str
    name_prefix: str
    region: str
    retention_in_days: float
    skip_destroy: bool | IResolvable
    tags: Mapping[str, str]
    tags_all: Mapping[str, str]
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        deletion_protection_enabled: bool | IResolvable | None = ...,
        id: str | None = ...,
        kms_key_id: str | None = ...,
        log_group_class: str | None = ...,
        name: str | None = ...,
        name_prefix: str | None = ...,
        region: str | None = ...,
        retention_in_days: float | None = ...,
        skip_destroy: bool | IResolvable | None = ...,
        tags: Mapping[str, str] | None = ...,
        tags_all: Mapping[str, str] | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class CloudwatchMetricAlarm(TerraformResource):
    arn: str
    metric_query: ComplexList
    actions_enabled: bool | IResolvable
    alarm_actions: list[str]
    alarm_description: str
    alarm_name: str
    comparison_operator: str
    datapoints_to_alarm: float
    dimensions: Mapping[str, str]
    evaluate_low_sample_count_percentiles: str
    evaluation_periods: float
    extended_statistic: str
    id: str
    insufficient_data_actions: list[str]
    metric_name: str
    namespace: str
    ok_actions: list[str]
    period: float
    region: str
    statistic: str
    tags: Mapping[str, str]
    tags_all: Mapping[str, str]
    threshold: float
    threshold_metric_id: str
    treat_missing_data: str
    unit: str
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        alarm_name: str,
        comparison_operator: str,
        evaluation_periods: float,
        actions_enabled: bool | IResolvable | None = ...,
        alarm_actions: Sequence[str] | None = ...,
        alarm_description: str | None = ...,
        datapoints_to_alarm: float | None = ...,
        dimensions: Mapping[str, str] | None = ...,
        evaluate_low_sample_count_percentiles: str | None = ...,
        extended_statistic: str | None = ...,
        id: str | None = ...,
        insufficient_data_actions: Sequence[str] | None = ...,
        metric_name: str | None = ...,
        metric_query: IResolvable | Sequence[dict[str, object]] | None = ...,
        namespace: str | None = ...,
        ok_actions: Sequence[str] | None = ...,
        period: float | None = ...,
        region: str | None = ...,
        statistic: str | None = ...,
        tags: Mapping[str, str] | None = ...,
        tags_all: Mapping[str, str] | None = ...,
        threshold: float | None = ...,
        threshold_metric_id: str | None = ...,
        treat_missing_data: str | None = ...,
        unit: str | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class DataAwsAutoscalingGroup(TerraformDataSource):
    arn: str
    availability_zones: list[str]
    default_cooldown: float
    desired_capacity: float
    desired_capacity_type: str
    enabled_metrics: list[str]
    health_check_grace_period: float
    health_check_type: str
    instance_maintenance_policy: ComplexList
    launch_configuration: str
    launch_template: ComplexList
    load_balancers: list[str]
    max_instance_lifetime: float
    max_size: float
    min_size: float
    mixed_instances_policy: ComplexList
    new_instances_protected_from_scale_in: IResolvable
    placement_group: str
    predicted_capacity: float
    service_linked_role_arn: str
    status: str
    suspended_processes: list[str]
    tag: ComplexList
    target_group_arns: list[str]
    termination_policies: list[str]
    traffic_source: ComplexList
    vpc_zone_identifier: str
    warm_pool: ComplexList
    warm_pool_size: float
    id: str
    name: str
    region: str
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        id: str | None = ...,
        region: str | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class DataAwsCallerIdentity(TerraformDataSource):
    account_id: str
    arn: str
    user_id: str
    id: str
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        id: str | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class DataAwsEip(TerraformDataSource):
    arn: str
    association_id: str
    carrier_ip: str
    customer_owned_ip: str
    customer_owned_ipv4_pool: str
    domain: str
    filter: ComplexList
    instance_id: str
    ipam_pool_id: str
    network_interface_id: str
    network_interface_owner_id: str
    private_dns: str
    private_ip: str
    ptr_record: str
    public_dns: str
    public_ipv4_pool: str
    timeouts: ComplexObject
    id: str
    public_ip: str
    region: str
    tags: Mapping[str, str]
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        filter: IResolvable | Sequence[dict[str, object]] | None = ...,
        id: str | None = ...,
        public_ip: str | None = ...,
        region: str | None = ...,
        tags: Mapping[str, str] | None = ...,
        timeouts: dict[str, object] | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class DataAwsInstance(TerraformDataSource):
    ami: str
    arn: str
    associate_public_ip_address: IResolvable
    availability_zone: str
    credit_specification: ComplexList
    disable_api_stop: IResolvable
    disable_api_termination: IResolvable
    ebs_block_device: ComplexList
    ebs_optimized: IResolvable
    enclave_options: ComplexList
    ephemeral_block_device: ComplexList
    filter: ComplexList
    host_id: str
    host_resource_group_arn: str
    iam_instance_profile: str
    instance_state: str
    instance_type: str
    ipv6_addresses: list[str]
    key_name: str
    launch_time: str
    maintenance_options: ComplexList
    metadata_options: ComplexList
    monitoring: IResolvable
    network_interface_id: str
    outpost_arn: str
    password_data: str
    placement_group: str
    placement_group_id: str
    placement_partition_number: float
    private_dns: str
    private_dns_name_options: ComplexList
    private_ip: str
    public_dns: str
    public_ip: str
    root_block_device: ComplexList
    secondary_private_ips: list[str]
    security_groups: list[str]
    source_dest_check: IResolvable
    subnet_id: str
    tenancy: str
    timeouts: ComplexObject
    user_data: str
    user_data_base64: str
    vpc_security_group_ids: list[str]
    fetch_password_data: bool | IResolvable
    fetch_user_data: bool | IResolvable
    id: str
    instance_id: str
    instance_tags: Mapping[str, str]
    region: str
    tags: Mapping[str, str]
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        fetch_password_data: bool | IResolvable | None = ...,
        fetch_user_data: bool | IResolvable | None = ...,
        filter: IResolvable | Sequence[dict[str, object]] | None = ...,
        id: str | None = ...,
        instance_id: str | None = ...,
        instance_tags: Mapping[str, str] | None = ...,
        region: str | None = ...,
        tags: Mapping[str, str] | None = ...,
        timeouts: dict[str, object] | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class DataAwsLb(TerraformDataSource):
    access_logs: ComplexList
    arn_suffix: str
    client_keep_alive: float
    connection_logs: ComplexList
    customer_owned_ipv4_pool: str
    desync_mitigation_mode: str
    dns_name: str
    dns_record_client_routing_policy: str
    drop_invalid_header_fields: IResolvable
    enable_cross_zone_load_balancing: IResolvable
    enable_deletion_protection: IResolvable
    enable_http2: IResolvable
    enable_tls_version_and_cipher_suite_headers: IResolvable
    enable_waf_fail_open: IResolvable
    enable_xff_client_port: IResolvable
    enable_zonal_shift: IResolvable
    enforce_security_group_inbound_rules_on_private_link_traffic: str
    health_check_logs: ComplexList
    idle_timeout: float
    internal: IResolvable
    ip_address_type: str
    ipam_pools: ComplexList
    load_balancer_type: str
    preserve_host_header: IResolvable
    secondary_ips_auto_assigned_per_subnet: float
    security_groups: list[str]
    subnet_mapping: ComplexList
    subnets: list[str]
    timeouts: ComplexObject
    vpc_id: str
    xff_header_processing_mode: str
    zone_id: str
    arn: str
    id: str
    name: str
    region: str
    tags: Mapping[str, str]
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        arn: str | None = ...,
        id: str | None = ...,
        name: str | None = ...,
        region: str | None = ...,
        tags: Mapping[str, str] | None = ...,
        timeouts: dict[str, object] | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class DataAwsLbListener(TerraformDataSource):
    alpn_policy: str
    certificate_arn: str
    default_action: ComplexList
    mutual_authentication: ComplexList
    protocol: str
    ssl_policy: str
    timeouts: ComplexObject
    arn: str
    id: str
    load_balancer_arn: str
    port: float
    region: str
    tags: Mapping[str, str]
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        arn: str | None = ...,
        id: str | None = ...,
        load_balancer_arn: str | None = ...,
        port: float | None = ...,
        region: str | None = ...,
        tags: Mapping[str, str] | None = ...,
        timeouts: dict[str, object] | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class DataAwsNetworkInterface(TerraformDataSource):
    arn: str
    association: ComplexList
    attachment: ComplexList
    availability_zone: str
    description: str
    filter: ComplexList
    interface_type: str
    ipv6_addresses: list[str]
    mac_address: str
    outpost_arn: str
    owner_id: str
    private_dns_name: str
    private_ip: str
    private_ips: list[str]
    requester_id: str
    security_groups: list[str]
    subnet_id: str
    timeouts: ComplexObject
    vpc_id: str
    id: str
    region: str
    tags: Mapping[str, str]
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        filter: IResolvable | Sequence[DataAwsNetworkInterfaceFilter] | None = ...,
        id: str | None = ...,
        region: str | None = ...,
        tags: Mapping[str, str] | None = ...,
        timeouts: dict[str, object] | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class DataAwsNetworkInterfaceFilter:
    def __init__(
        self,
        *,
        name: str,
        values: Sequence[str],
    ) -> None: ...

class DataAwsRoute53Zone(TerraformDataSource):
    arn: str
    caller_reference: str
    comment: str
    linked_service_description: str
    linked_service_principal: str
    name_servers: list[str]
    primary_name_server: str
    resource_record_set_count: float
    enable_accelerated_recovery: bool | IResolvable
    id: str
    name: str
    private_zone: bool | IResolvable
    tags: Mapping[str, str]
    vpc_id: str
    zone_id: str
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        enable_accelerated_recovery: bool | IResolvable | None = ...,
        id: str | None = ...,
        name: str | None = ...,
        private_zone: bool | IResolvable | None = ...,
        tags: Mapping[str, str] | None = ...,
        vpc_id: str | None = ...,
        zone_id: str | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class DataAwsSecurityGroup(TerraformDataSource):
    arn: str
    description: str
    filter: ComplexList
    timeouts: ComplexObject
    id: str
    name: str
    region: str
    tags: Mapping[str, str]
    vpc_id: str
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        filter: IResolvable | Sequence[dict[str, object]] | None = ...,
        id: str | None = ...,
        name: str | None = ...,
        region: str | None = ...,
        tags: Mapping[str, str] | None = ...,
        timeouts: dict[str, object] | None = ...,
        vpc_id: str | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class DataAwsSsmParameter(TerraformDataSource):
    arn: str
    insecure_value: str
    type: str
    value: str
    version: float
    id: str
    name: str
    region: str
    with_decryption: bool | IResolvable
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        id: str | None = ...,
        region: str | None = ...,
        with_decryption: bool | IResolvable | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class DataAwsSubnet(TerraformDataSource):
    arn: str
    assign_ipv6_address_on_creation: IResolvable
    available_ip_address_count: float
    customer_owned_ipv4_pool: str
    enable_dns64: IResolvable
    enable_lni_at_device_index: float
    enable_resource_name_dns_aaaa_record_on_launch: IResolvable
    enable_resource_name_dns_a_record_on_launch: IResolvable
    filter: ComplexList
    ipv6_cidr_block_association_id: str
    ipv6_native: IResolvable
    map_customer_owned_ip_on_launch: IResolvable
    map_public_ip_on_launch: IResolvable
    outpost_arn: str
    owner_id: str
    private_dns_hostname_type_on_launch: str
    timeouts: ComplexObject
    availability_zone: str
    availability_zone_id: str
    cidr_block: str
    default_for_az: bool | IResolvable
    id: str
    ipv6_cidr_block: str
    region: str
    state: str
    tags: Mapping[str, str]
    vpc_id: str
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        availability_zone: str | None = ...,
        availability_zone_id: str | None = ...,
        cidr_block: str | None = ...,
        default_for_az: bool | IResolvable | None = ...,
        filter: IResolvable | Sequence[dict[str, object]] | None = ...,
        id: str | None = ...,
        ipv6_cidr_block: str | None = ...,
        region: str | None = ...,
        state: str | None = ...,
        tags: Mapping[str, str] | None = ...,
        timeouts: dict[str, object] | None = ...,
        vpc_id: str | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class DataAwsSubnets(TerraformDataSource):
    filter: ComplexList
    ids: list[str]
    timeouts: ComplexObject
    id: str
    region: str
    tags: Mapping[str, str]
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        filter: IResolvable | Sequence[DataAwsSubnetsFilter] | None = ...,
        id: str | None = ...,
        region: str | None = ...,
        tags: Mapping[str, str] | None = ...,
        timeouts: dict[str, object] | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class DataAwsSubnetsFilter:
    def __init__(
        self,
        *,
        name: str,
        values: Sequence[str],
    ) -> None: ...

class DataAwsVpc(TerraformDataSource):
    arn: str
    cidr_block_associations: ComplexList
    enable_dns_hostnames: IResolvable
    enable_dns_support: IResolvable
    enable_network_address_usage_metrics: IResolvable
    filter: ComplexList
    instance_tenancy: str
    ipv6_association_id: str
    ipv6_cidr_block: str
    main_route_table_id: str
    owner_id: str
    timeouts: ComplexObject
    cidr_block: str
    default: bool | IResolvable
    dhcp_options_id: str
    id: str
    region: str
    state: str
    tags: Mapping[str, str]
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        cidr_block: str | None = ...,
        default: bool | IResolvable | None = ...,
        dhcp_options_id: str | None = ...,
        filter: IResolvable | Sequence[dict[str, object]] | None = ...,
        id: str | None = ...,
        region: str | None = ...,
        state: str | None = ...,
        tags: Mapping[str, str] | None = ...,
        timeouts: dict[str, object] | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class DataAwsVpcEndpoint(TerraformDataSource):
    arn: str
    cidr_blocks: list[str]
    dns_entry: ComplexList
    dns_options: ComplexList
    filter: ComplexList
    ip_address_type: str
    network_interface_ids: list[str]
    owner_id: str
    policy: str
    prefix_list_id: str
    private_dns_enabled: IResolvable
    requester_managed: IResolvable
    route_table_ids: list[str]
    security_group_ids: list[str]
    subnet_ids: list[str]
    timeouts: ComplexObject
    vpc_endpoint_type: str
    id: str
    region: str
    service_name: str
    state: str
    tags: Mapping[str, str]
    vpc_id: str
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        filter: IResolvable | Sequence[dict[str, object]] | None = ...,
        id: str | None = ...,
        region: str | None = ...,
        service_name: str | None = ...,
        state: str | None = ...,
        tags: Mapping[str, str] | None = ...,
        timeouts: dict[str, object] | None = ...,
        vpc_id: str | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class DataAwsVpcEndpointService(TerraformDataSource):
    acceptance_required: IResolvable
    arn: str
    availability_zones: list[str]
    base_endpoint_dns_names: list[str]
    filter: ComplexList
    manages_vpc_endpoints: IResolvable
    owner: str
    private_dns_name: str
    private_dns_names: list[str]
    region: str
    service_id: str
    service_region: str
    supported_ip_address_types: list[str]
    timeouts: ComplexObject
    vpc_endpoint_policy_supported: IResolvable
    id: str
    service: str
    service_name: str
    service_regions: list[str]
    service_type: str
    tags: Mapping[str, str]
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        filter: IResolvable | Sequence[dict[str, object]] | None = ...,
        id: str | None = ...,
        service: str | None = ...,
        service_name: str | None = ...,
        service_regions: Sequence[str] | None = ...,
        service_type: str | None = ...,
        tags: Mapping[str, str] | None = ...,
        timeouts: dict[str, object] | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class DefaultSecurityGroup(TerraformResource):
    arn: str
    description: str
    egress: ComplexList
    ingress: ComplexList
    name: str
    name_prefix: str
    owner_id: str
    id: str
    region: str
    revoke_rules_on_delete: bool | IResolvable
    tags: Mapping[str, str]
    tags_all: Mapping[str, str]
    vpc_id: str
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        egress: IResolvable | Sequence[dict[str, object]] | None = ...,
        id: str | None = ...,
        ingress: IResolvable | Sequence[dict[str, object]] | None = ...,
        region: str | None = ...,
        revoke_rules_on_delete: bool | IResolvable | None = ...,
        tags: Mapping[str, str] | None = ...,
        tags_all: Mapping[str, str] | None = ...,
        vpc_id: str | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class Eip(TerraformResource):
    allocation_id: str
    arn: str
    association_id: str
    carrier_ip: str
    customer_owned_ip: str
    private_dns: str
    private_ip: str
    ptr_record: str
    public_dns: str
    public_ip: str
    timeouts: ComplexObject
    address: str
    associate_with_private_ip: str
    customer_owned_ipv4_pool: str
    domain: str
    id: str
    instance: str
    ipam_pool_id: str
    network_border_group: str
    network_interface: str
    public_ipv4_pool: str
    region: str
    tags: Mapping[str, str]
    tags_all: Mapping[str, str]
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        address: str | None = ...,
        associate_with_private_ip: str | None = ...,
        customer_owned_ipv4_pool: str | None = ...,
        domain: str | None = ...,
        id: str | None = ...,
        instance: str | None = ...,
        ipam_pool_id: str | None = ...,
        network_border_group: str | None = ...,
        network_interface: str | None = ...,
        public_ipv4_pool: str | None = ...,
        region: str | None = ...,
        tags: Mapping[str, str] | None = ...,
        tags_all: Mapping[str, str] | None = ...,
        timeouts: dict[str, object] | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class FlowLog(TerraformResource):
    arn: str
    destination_options: ComplexObject
    deliver_cross_account_role: str
    eni_id: str
    iam_role_arn: str
    id: str
    log_destination: str
    log_destination_type: str
    log_format: str
    max_aggregation_interval: float
    region: str
    regional_nat_gateway_id: str
    subnet_id: str
    tags: Mapping[str, str]
    tags_all: Mapping[str, str]
    traffic_type: str
    transit_gateway_attachment_id: str
    transit_gateway_id: str
    vpc_id: str
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        deliver_cross_account_role: str | None = ...,
        destination_options: dict[str, object] | None = ...,
        eni_id: str | None = ...,
        iam_role_arn: str | None = ...,
        id: str | None = ...,
        log_destination: str | None = ...,
        log_destination_type: str | None = ...,
        log_format: str | None = ...,
        max_aggregation_interval: float | None = ...,
        region: str | None = ...,
        regional_nat_gateway_id: str | None = ...,
        subnet_id: str | None = ...,
        tags: Mapping[str, str] | None = ...,
        tags_all: Mapping[str, str] | None = ...,
        traffic_type: str | None = ...,
        transit_gateway_attachment_id: str | None = ...,
        transit_gateway_id: str | None = ...,
        vpc_id: str | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class IamInstanceProfile(TerraformResource):
    arn: str
    create_date: str
    unique_id: str
    id: str
    name: str
    name_prefix: str
    path: str
    role: str
    tags: Mapping[str, str]
    tags_all: Mapping[str, str]
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        id: str | None = ...,
        name: str | None = ...,
        name_prefix: str | None = ...,
        path: str | None = ...,
        role: str | None = ...,
        tags: Mapping[str, str] | None = ...,
        tags_all: Mapping[str, str] | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class IamRole(TerraformResource):
    arn: str
    create_date: str
    inline_policy: ComplexList
    unique_id: str
    assume_role_policy: str
    description: str
    force_detach_policies: bool | IResolvable
    id: str
    managed_policy_arns: list[str]
    max_session_duration: float
    name: str
    name_prefix: str
    path: str
    permissions_boundary: str
    tags: Mapping[str, str]
    tags_all: Mapping[str, str]
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        assume_role_policy: str,
        description: str | None = ...,
        force_detach_policies: bool | IResolvable | None = ...,
        id: str | None = ...,
        inline_policy: IResolvable | Sequence[dict[str, object]] | None = ...,
        managed_policy_arns: Sequence[str] | None = ...,
        max_session_duration: float | None = ...,
        name: str | None = ...,
        name_prefix: str | None = ...,
        path: str | None = ...,
        permissions_boundary: str | None = ...,
        tags: Mapping[str, str] | None = ...,
        tags_all: Mapping[str, str] | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class IamRolePolicy(TerraformResource):
    id: str
    name: str
    name_prefix: str
    policy: str
    role: str
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        policy: str,
        role: str,
        id: str | None = ...,
        name: str | None = ...,
        name_prefix: str | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class IamRolePolicyAttachment(TerraformResource):
    id: str
    policy_arn: str
    role: str
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        policy_arn: str,
        role: str,
        id: str | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class Instance(TerraformResource):
    arn: str
    capacity_reservation_specification: ComplexObject
    cpu_options: ComplexObject
    credit_specification: ComplexObject
    ebs_block_device: ComplexList
    enclave_options: ComplexObject
    ephemeral_block_device: ComplexList
    instance_lifecycle: str
    instance_market_options: ComplexObject
    instance_state: str
    launch_template: ComplexObject
    maintenance_options: ComplexObject
    metadata_options: ComplexObject
    network_interface: ComplexList
    outpost_arn: str
    password_data: str
    primary_network_interface: ComplexObject
    primary_network_interface_id: str
    private_dns: str
    private_dns_name_options: ComplexObject
    public_dns: str
    public_ip: str
    root_block_device: ComplexObject
    spot_instance_request_id: str
    timeouts: ComplexObject
    ami: str
    associate_public_ip_address: bool | IResolvable
    availability_zone: str
    disable_api_stop: bool | IResolvable
    disable_api_termination: bool | IResolvable
    ebs_optimized: bool | IResolvable
    enable_primary_ipv6: bool | IResolvable
    fetch_password_data: bool | IResolvable
    force_destroy: bool | IResolvable
    hibernation: bool | IResolvable
    host_id: str
    host_resource_group_arn: str
    iam_instance_profile: str
    id: str
    instance_initiated_shutdown_behavior: str
    instance_type: str
    ipv6_address_count: float
    ipv6_addresses: list[str]
    key_name: str
    monitoring: bool | IResolvable
    placement_group: str
    placement_group_id: str
    placement_partition_number: float
    private_ip: str
    region: str
    secondary_private_ips: list[str]
    security_groups: list[str]
    source_dest_check: bool | IResolvable
    subnet_id: str
    tags: Mapping[str, str]
    tags_all: Mapping[str, str]
    tenancy: str
    user_data: str
    user_data_base64: str
    user_data_replace_on_change: bool | IResolvable
    volume_tags: Mapping[str, str]
    vpc_security_group_ids: list[str]
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        ami: str | None = ...,
        associate_public_ip_address: bool | IResolvable | None = ...,
        availability_zone: str | None = ...,
        capacity_reservation_specification: dict[str, object] | None = ...,
        cpu_options: dict[str, object] | None = ...,
        credit_specification: dict[str, object] | None = ...,
        disable_api_stop: bool | IResolvable | None = ...,
        disable_api_termination: bool | IResolvable | None = ...,
        ebs_block_device: IResolvable | Sequence[dict[str, object]] | None = ...,
        ebs_optimized: bool | IResolvable | None = ...,
        enable_primary_ipv6: bool | IResolvable | None = ...,
        enclave_options: dict[str, object] | None = ...,
        ephemeral_block_device: IResolvable | Sequence[dict[str, object]] | None = ...,
        fetch_password_data: bool | IResolvable | None = ...,
        force_destroy: bool | IResolvable | None = ...,
        hibernation: bool | IResolvable | None = ...,
        host_id: str | None = ...,
        host_resource_group_arn: str | None = ...,
        iam_instance_profile: str | None = ...,
        id: str | None = ...,
        instance_initiated_shutdown_behavior: str | None = ...,
        instance_market_options: dict[str, object] | None = ...,
        instance_type: str | None = ...,
        ipv6_address_count: float | None = ...,
        ipv6_addresses: Sequence[str] | None = ...,
        key_name: str | None = ...,
        launch_template: dict[str, object] | None = ...,
        maintenance_options: dict[str, object] | None = ...,
        metadata_options: InstanceMetadataOptions | None = ...,
        monitoring: bool | IResolvable | None = ...,
        network_interface: IResolvable | Sequence[dict[str, object]] | None = ...,
        placement_group: str | None = ...,
        placement_group_id: str | None = ...,
        placement_partition_number: float | None = ...,
        primary_network_interface: dict[str, object] | None = ...,
        private_dns_name_options: dict[str, object] | None = ...,
        private_ip: str | None = ...,
        region: str | None = ...,
        root_block_device: InstanceRootBlockDevice | None = ...,
        secondary_private_ips: Sequence[str] | None = ...,
        security_groups: Sequence[str] | None = ...,
        source_dest_check: bool | IResolvable | None = ...,
        subnet_id: str | None = ...,
        tags: Mapping[str, str] | None = ...,
        tags_all: Mapping[str, str] | None = ...,
        tenancy: str | None = ...,
        timeouts: dict[str, object] | None = ...,
        user_data: str | None = ...,
        user_data_base64: str | None = ...,
        user_data_replace_on_change: bool | IResolvable | None = ...,
        volume_tags: Mapping[str, str] | None = ...,
        vpc_security_group_ids: Sequence[str] | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class InstanceMetadataOptions:
    def __init__(
        self,
        *,
        http_endpoint: str | None = ...,
        http_protocol_ipv6: str | None = ...,
        http_put_response_hop_limit: float | None = ...,
        http_tokens: str | None = ...,
        instance_metadata_tags: str | None = ...,
    ) -> None: ...

class InstanceRootBlockDevice:
    def __init__(
        self,
        *,
        delete_on_termination: bool | IResolvable | None = ...,
        encrypted: bool | IResolvable | None = ...,
        iops: float | None = ...,
        kms_key_id: str | None = ...,
        tags: Mapping[str, str] | None = ...,
        tags_all: Mapping[str, str] | None = ...,
        throughput: float | None = ...,
        volume_size: float | None = ...,
        volume_type: str | None = ...,
    ) -> None: ...

class InternetGateway(TerraformResource):
    arn: str
    owner_id: str
    timeouts: ComplexObject
    id: str
    region: str
    tags: Mapping[str, str]
    tags_all: Mapping[str, str]
    vpc_id: str
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        id: str | None = ...,
        region: str | None = ...,
        tags: Mapping[str, str] | None = ...,
        tags_all: Mapping[str, str] | None = ...,
        timeouts: dict[str, object] | None = ...,
        vpc_id: str | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class KmsAlias(TerraformResource):
    arn: str
    target_key_arn: str
    id: str
    name: str
    name_prefix: str
    region: str
    target_key_id: str
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        target_key_id: str,
        id: str | None = ...,
        name: str | None = ...,
        name_prefix: str | None = ...,
        region: str | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class KmsKey(TerraformResource):
    arn: str
    key_id: str
    timeouts: ComplexObject
    bypass_policy_lockout_safety_check: bool | IResolvable
    customer_master_key_spec: str
    custom_key_store_id: str
    deletion_window_in_days: float
    description: str
    enable_key_rotation: bool | IResolvable
    id: str
    is_enabled: bool | IResolvable
    key_usage: str
    multi_region: bool | IResolvable
    policy: str
    region: str
    rotation_period_in_days: float
    tags: Mapping[str, str]
    tags_all: Mapping[str, str]
    xks_key_id: str
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        bypass_policy_lockout_safety_check: bool | IResolvable | None = ...,
        customer_master_key_spec: str | None = ...,
        custom_key_store_id: str | None = ...,
        deletion_window_in_days: float | None = ...,
        description: str | None = ...,
        enable_key_rotation: bool | IResolvable | None = ...,
        id: str | None = ...,
        is_enabled: bool | IResolvable | None = ...,
        key_usage: str | None = ...,
        multi_region: bool | IResolvable | None = ...,
        policy: str | None = ...,
        region: str | None = ...,
        rotation_period_in_days: float | None = ...,
        tags: Mapping[str, str] | None = ...,
        tags_all: Mapping[str, str] | None = ...,
        timeouts: dict[str, object] | None = ...,
        xks_key_id: str | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class LaunchTemplate(TerraformResource):
    arn: str
    block_device_mappings: ComplexList
    capacity_reservation_specification: ComplexObject
    cpu_options: ComplexObject
    credit_specification: ComplexObject
    enclave_options: ComplexObject
    hibernation_options: ComplexObject
    iam_instance_profile: ComplexObject
    instance_market_options: ComplexObject
    instance_requirements: ComplexObject
    latest_version: float
    license_specification: ComplexList
    maintenance_options: ComplexObject
    metadata_options: ComplexObject
    monitoring: ComplexObject
    network_interfaces: ComplexList
    placement: ComplexObject
    private_dns_name_options: ComplexObject
    tag_specifications: ComplexList
    default_version: float
    description: str
    disable_api_stop: bool | IResolvable
    disable_api_termination: bool | IResolvable
    ebs_optimized: str
    id: str
    image_id: str
    instance_initiated_shutdown_behavior: str
    instance_type: str
    kernel_id: str
    key_name: str
    name: str
    name_prefix: str
    ram_disk_id: str
    region: str
    security_group_names: list[str]
    tags: Mapping[str, str]
    tags_all: Mapping[str, str]
    update_default_version: bool | IResolvable
    user_data: str
    vpc_security_group_ids: list[str]
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        block_device_mappings: IResolvable | Sequence[LaunchTemplateBlockDeviceMappings] | None = ...,
        capacity_reservation_specification: dict[str, object] | None = ...,
        cpu_options: dict[str, object] | None = ...,
        credit_specification: dict[str, object] | None = ...,
        default_version: float | None = ...,
        description: str | None = ...,
        disable_api_stop: bool | IResolvable | None = ...,
        disable_api_termination: bool | IResolvable | None = ...,
        ebs_optimized: str | None = ...,
        enclave_options: dict[str, object] | None = ...,
        hibernation_options: dict[str, object] | None = ...,
        iam_instance_profile: dict[str, object] | None = ...,
        id: str | None = ...,
        image_id: str | None = ...,
        instance_initiated_shutdown_behavior: str | None = ...,
        instance_market_options: dict[str, object] | None = ...,
        instance_requirements: dict[str, object] | None = ...,
        instance_type: str | None = ...,
        kernel_id: str | None = ...,
        key_name: str | None = ...,
        license_specification: IResolvable | Sequence[dict[str, object]] | None = ...,
        maintenance_options: dict[str, object] | None = ...,
        metadata_options: LaunchTemplateMetadataOptions | None = ...,
        monitoring: dict[str, object] | None = ...,
        name: str | None = ...,
        name_prefix: str | None = ...,
        network_interfaces: IResolvable | Sequence[LaunchTemplateNetworkInterfaces] | None = ...,
        placement: dict[str, object] | None = ...,
        private_dns_name_options: dict[str, object] | None = ...,
        ram_disk_id: str | None = ...,
        region: str | None = ...,
        security_group_names: Sequence[str] | None = ...,
        tags: Mapping[str, str] | None = ...,
        tags_all: Mapping[str, str] | None = ...,
        tag_specifications: IResolvable | Sequence[LaunchTemplateTagSpecifications] | None = ...,
        update_default_version: bool | IResolvable | None = ...,
        user_data: str | None = ...,
        vpc_security_group_ids: Sequence[str] | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class LaunchTemplateBlockDeviceMappings:
    def __init__(
        self,
        *,
        device_name: str | None = ...,
        ebs: LaunchTemplateBlockDeviceMappingsEbs | None = ...,
        no_device: str | None = ...,
        virtual_name: str | None = ...,
    ) -> None: ...

class LaunchTemplateBlockDeviceMappingsEbs:
    def __init__(
        self,
        *,
        delete_on_termination: str | None = ...,
        encrypted: str | None = ...,
        iops: float | None = ...,
        kms_key_id: str | None = ...,
        snapshot_id: str | None = ...,
        throughput: float | None = ...,
        volume_initialization_rate: float | None = ...,
        volume_size: float | None = ...,
        volume_type: str | None = ...,
    ) -> None: ...

class LaunchTemplateMetadataOptions:
    def __init__(
        self,
        *,
        http_endpoint: str | None = ...,
        http_protocol_ipv6: str | None = ...,
        http_put_response_hop_limit: float | None = ...,
        http_tokens: str | None = ...,
        instance_metadata_tags: str | None = ...,
    ) -> None: ...

class LaunchTemplateNetworkInterfaces:
    def __init__(
        self,
        *,
        associate_carrier_ip_address: str | None = ...,
        associate_public_ip_address: str | None = ...,
        connection_tracking_specification: dict[str, object] | None = ...,
        delete_on_termination: str | None = ...,
        description: str | None = ...,
        device_index: float | None = ...,
        ena_srd_specification: dict[str, object] | None = ...,
        interface_type: str | None = ...,
        ipv4_address_count: float | None = ...,
        ipv4_addresses: Sequence[str] | None = ...,
        ipv4_prefix_count: float | None = ...,
        ipv4_prefixes: Sequence[str] | None = ...,
        ipv6_address_count: float | None = ...,
        ipv6_addresses: Sequence[str] | None = ...,
        ipv6_prefix_count: float | None = ...,
        ipv6_prefixes: Sequence[str] | None = ...,
        network_card_index: float | None = ...,
        network_interface_id: str | None = ...,
        primary_ipv6: str | None = ...,
        private_ip_address: str | None = ...,
        security_groups: Sequence[str] | None = ...,
        subnet_id: str | None = ...,
    ) -> None: ...

class LaunchTemplateTagSpecifications:
    def __init__(
        self,
        *,
        resource_type: str | None = ...,
        tags: Mapping[str, str] | None = ...,
    ) -> None: ...

class Lb(TerraformResource):
    access_logs: ComplexObject
    arn: str
    arn_suffix: str
    connection_logs: ComplexObject
    dns_name: str
    health_check_logs: ComplexObject
    ipam_pools: ComplexObject
    minimum_load_balancer_capacity: ComplexObject
    subnet_mapping: ComplexList
    timeouts: ComplexObject
    vpc_id: str
    zone_id: str
    client_keep_alive: float
    customer_owned_ipv4_pool: str
    desync_mitigation_mode: str
    dns_record_client_routing_policy: str
    drop_invalid_header_fields: bool | IResolvable
    enable_cross_zone_load_balancing: bool | IResolvable
    enable_deletion_protection: bool | IResolvable
    enable_http2: bool | IResolvable
    enable_tls_version_and_cipher_suite_headers: bool | IResolvable
    enable_waf_fail_open: bool | IResolvable
    enable_xff_client_port: bool | IResolvable
    enable_zonal_shift: bool | IResolvable
    enforce_security_group_inbound_rules_on_private_link_traffic: str
    id: str
    idle_timeout: float
    internal: bool | IResolvable
    ip_address_type: str
    load_balancer_type: str
    name: str
    name_prefix: str
    preserve_host_header: bool | IResolvable
    region: str
    secondary_ips_auto_assigned_per_subnet: float
    security_groups: list[str]
    subnets: list[str]
    tags: Mapping[str, str]
    tags_all: Mapping[str, str]
    xff_header_processing_mode: str
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        access_logs: LbAccessLogs | None = ...,
        client_keep_alive: float | None = ...,
        connection_logs: dict[str, object] | None = ...,
        customer_owned_ipv4_pool: str | None = ...,
        desync_mitigation_mode: str | None = ...,
        dns_record_client_routing_policy: str | None = ...,
        drop_invalid_header_fields: bool | IResolvable | None = ...,
        enable_cross_zone_load_balancing: bool | IResolvable | None = ...,
        enable_deletion_protection: bool | IResolvable | None = ...,
        enable_http2: bool | IResolvable | None = ...,
        enable_tls_version_and_cipher_suite_headers: bool | IResolvable | None = ...,
        enable_waf_fail_open: bool | IResolvable | None = ...,
        enable_xff_client_port: bool | IResolvable | None = ...,
        enable_zonal_shift: bool | IResolvable | None = ...,
        enforce_security_group_inbound_rules_on_private_link_traffic: str | None = ...,
        health_check_logs: dict[str, object] | None = ...,
        id: str | None = ...,
        idle_timeout: float | None = ...,
        internal: bool | IResolvable | None = ...,
        ip_address_type: str | None = ...,
        ipam_pools: dict[str, object] | None = ...,
        load_balancer_type: str | None = ...,
        minimum_load_balancer_capacity: dict[str, object] | None = ...,
        name: str | None = ...,
        name_prefix: str | None = ...,
        preserve_host_header: bool | IResolvable | None = ...,
        region: str | None = ...,
        secondary_ips_auto_assigned_per_subnet: float | None = ...,
        security_groups: Sequence[str] | None = ...,
        subnet_mapping: IResolvable | Sequence[LbSubnetMapping] | None = ...,
        subnets: Sequence[str] | None = ...,
        tags: Mapping[str, str] | None = ...,
        tags_all: Mapping[str, str] | None = ...,
        timeouts: dict[str, object] | None = ...,
        xff_header_processing_mode: str | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class LbAccessLogs:
    def __init__(
        self,
        *,
        bucket: str,
        enabled: bool | IResolvable | None = ...,
        prefix: str | None = ...,
    ) -> None: ...

class LbListener(TerraformResource):
    arn: str
    default_action: ComplexList
    mutual_authentication: ComplexObject
    timeouts: ComplexObject
    alpn_policy: str
    certificate_arn: str
    id: str
    load_balancer_arn: str
    port: float
    protocol: str
    region: str
    routing_http_request_x_amzn_mtls_clientcert_header_name: str
    routing_http_request_x_amzn_mtls_clientcert_issuer_header_name: str
    routing_http_request_x_amzn_mtls_clientcert_leaf_header_name: str
    routing_http_request_x_amzn_mtls_clientcert_serial_number_header_name: str
    routing_http_request_x_amzn_mtls_clientcert_subject_header_name: str
    routing_http_request_x_amzn_mtls_clientcert_validity_header_name: str
    routing_http_request_x_amzn_tls_cipher_suite_header_name: str
    routing_http_request_x_amzn_tls_version_header_name: str
    routing_http_response_access_control_allow_credentials_header_value: str
    routing_http_response_access_control_allow_headers_header_value: str
    routing_http_response_access_control_allow_methods_header_value: str
    routing_http_response_access_control_allow_origin_header_value: str
    routing_http_response_access_control_expose_headers_header_value: str
    routing_http_response_access_control_max_age_header_value: str
    routing_http_response_content_security_policy_header_value: str
    routing_http_response_server_enabled: bool | IResolvable
    routing_http_response_strict_transport_security_header_value: str
    routing_http_response_x_content_type_options_header_value: str
    routing_http_response_x_frame_options_header_value: str
    ssl_policy: str
    tags: Mapping[str, str]
    tags_all: Mapping[str, str]
    tcp_idle_timeout_seconds: float
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        default_action: IResolvable | Sequence[LbListenerDefaultAction],
        load_balancer_arn: str,
        alpn_policy: str | None = ...,
        certificate_arn: str | None = ...,
        id: str | None = ...,
        mutual_authentication: dict[str, object] | None = ...,
        port: float | None = ...,
        protocol: str | None = ...,
        region: str | None = ...,
        routing_http_request_x_amzn_mtls_clientcert_header_name: str | None = ...,
        routing_http_request_x_amzn_mtls_clientcert_issuer_header_name: str | None = ...,
        routing_http_request_x_amzn_mtls_clientcert_leaf_header_name: str | None = ...,
        routing_http_request_x_amzn_mtls_clientcert_serial_number_header_name: str | None = ...,
        routing_http_request_x_amzn_mtls_clientcert_subject_header_name: str | None = ...,
        routing_http_request_x_amzn_mtls_clientcert_validity_header_name: str | None = ...,
        routing_http_request_x_amzn_tls_cipher_suite_header_name: str | None = ...,
        routing_http_request_x_amzn_tls_version_header_name: str | None = ...,
        routing_http_response_access_control_allow_credentials_header_value: str | None = ...,
        routing_http_response_access_control_allow_headers_header_value: str | None = ...,
        routing_http_response_access_control_allow_methods_header_value: str | None = ...,
        routing_http_response_access_control_allow_origin_header_value: str | None = ...,
        routing_http_response_access_control_expose_headers_header_value: str | None = ...,
        routing_http_response_access_control_max_age_header_value: str | None = ...,
        routing_http_response_content_security_policy_header_value: str | None = ...,
        routing_http_response_server_enabled: bool | IResolvable | None = ...,
        routing_http_response_strict_transport_security_header_value: str | None = ...,
        routing_http_response_x_content_type_options_header_value: str | None = ...,
        routing_http_response_x_frame_options_header_value: str | None = ...,
        ssl_policy: str | None = ...,
        tags: Mapping[str, str] | None = ...,
        tags_all: Mapping[str, str] | None = ...,
        tcp_idle_timeout_seconds: float | None = ...,
        timeouts: dict[str, object] | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class LbListenerDefaultAction:
    def __init__(
        self,
        *,
        type: str,
        authenticate_cognito: dict[str, object] | None = ...,
        authenticate_oidc: dict[str, object] | None = ...,
        fixed_response: dict[str, object] | None = ...,
        forward: dict[str, object] | None = ...,
        jwt_validation: dict[str, object] | None = ...,
        order: float | None = ...,
        redirect: dict[str, object] | None = ...,
        target_group_arn: str | None = ...,
    ) -> None: ...

class LbSubnetMapping:
    def __init__(
        self,
        *,
        subnet_id: str,
        allocation_id: str | None = ...,
        ipv6_address: str | None = ...,
        private_ipv4_address: str | None = ...,
    ) -> None: ...

class LbTargetGroup(TerraformResource):
    arn: str
    arn_suffix: str
    health_check: ComplexObject
    load_balancer_arns: list[str]
    stickiness: ComplexObject
    target_failover: ComplexList
    target_group_health: ComplexObject
    target_health_state: ComplexList
    connection_termination: bool | IResolvable
    deregistration_delay: str
    id: str
    ip_address_type: str
    lambda_multi_value_headers_enabled: bool | IResolvable
    load_balancing_algorithm_type: str
    load_balancing_anomaly_mitigation: str
    load_balancing_cross_zone_enabled: str
    name: str
    name_prefix: str
    port: float
    preserve_client_ip: str
    protocol: str
    protocol_version: str
    proxy_protocol_v2: bool | IResolvable
    region: str
    slow_start: float
    tags: Mapping[str, str]
    tags_all: Mapping[str, str]
    target_control_port: float
    target_type: str
    vpc_id: str
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        connection_termination: bool | IResolvable | None = ...,
        deregistration_delay: str | None = ...,
        health_check: LbTargetGroupHealthCheck | None = ...,
        id: str | None = ...,
        ip_address_type: str | None = ...,
        lambda_multi_value_headers_enabled: bool | IResolvable | None = ...,
        load_balancing_algorithm_type: str | None = ...,
        load_balancing_anomaly_mitigation: str | None = ...,
        load_balancing_cross_zone_enabled: str | None = ...,
        name: str | None = ...,
        name_prefix: str | None = ...,
        port: float | None = ...,
        preserve_client_ip: str | None = ...,
        protocol: str | None = ...,
        protocol_version: str | None = ...,
        proxy_protocol_v2: bool | IResolvable | None = ...,
        region: str | None = ...,
        slow_start: float | None = ...,
        stickiness: dict[str, object] | None = ...,
        tags: Mapping[str, str] | None = ...,
        tags_all: Mapping[str, str] | None = ...,
        target_control_port: float | None = ...,
        target_failover: IResolvable | Sequence[dict[str, object]] | None = ...,
        target_group_health: dict[str, object] | None = ...,
        target_health_state: IResolvable | Sequence[dict[str, object]] | None = ...,
        target_type: str | None = ...,
        vpc_id: str | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class LbTargetGroupAttachment(TerraformResource):
    availability_zone: str
    id: str
    port: float
    region: str
    target_group_arn: str
    target_id: str
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        target_group_arn: str,
        target_id: str,
        availability_zone: str | None = ...,
        id: str | None = ...,
        port: float | None = ...,
        region: str | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class LbTargetGroupHealthCheck:
    def __init__(
        self,
        *,
        enabled: bool | IResolvable | None = ...,
        healthy_threshold: float | None = ...,
        interval: float | None = ...,
        matcher: str | None = ...,
        path: str | None = ...,
        port: str | None = ...,
        protocol: str | None = ...,
        timeout: float | None = ...,
        unhealthy_threshold: float | None = ...,
    ) -> None: ...

class Route(TerraformResource):
    instance_id: str
    instance_owner_id: str
    origin: str
    state: str
    timeouts: ComplexObject
    carrier_gateway_id: str
    core_network_arn: str
    destination_cidr_block: str
    destination_ipv6_cidr_block: str
    destination_prefix_list_id: str
    egress_only_gateway_id: str
    gateway_id: str
    id: str
    local_gateway_id: str
    nat_gateway_id: str
    network_interface_id: str
    region: str
    route_table_id: str
    transit_gateway_id: str
    vpc_endpoint_id: str
    vpc_peering_connection_id: str
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        route_table_id: str,
        carrier_gateway_id: str | None = ...,
        core_network_arn: str | None = ...,
        destination_cidr_block: str | None = ...,
        destination_ipv6_cidr_block: str | None = ...,
        destination_prefix_list_id: str | None = ...,
        egress_only_gateway_id: str | None = ...,
        gateway_id: str | None = ...,
        id: str | None = ...,
        local_gateway_id: str | None = ...,
        nat_gateway_id: str | None = ...,
        network_interface_id: str | None = ...,
        region: str | None = ...,
        timeouts: dict[str, object] | None = ...,
        transit_gateway_id: str | None = ...,
        vpc_endpoint_id: str | None = ...,
        vpc_peering_connection_id: str | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class Route53Record(TerraformResource):
    alias: ComplexObject
    cidr_routing_policy: ComplexObject
    failover_routing_policy: ComplexObject
    fqdn: str
    geolocation_routing_policy: ComplexObject
    geoproximity_routing_policy: ComplexObject
    latency_routing_policy: ComplexObject
    timeouts: ComplexObject
    weighted_routing_policy: ComplexObject
    allow_overwrite: bool | IResolvable
    health_check_id: str
    id: str
    multivalue_answer_routing_policy: bool | IResolvable
    name: str
    records: list[str]
    set_identifier: str
    ttl: float
    type: str
    zone_id: str
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        type: str,
        zone_id: str,
        alias: Route53RecordAlias | None = ...,
        allow_overwrite: bool | IResolvable | None = ...,
        cidr_routing_policy: dict[str, object] | None = ...,
        failover_routing_policy: dict[str, object] | None = ...,
        geolocation_routing_policy: dict[str, object] | None = ...,
        geoproximity_routing_policy: dict[str, object] | None = ...,
        health_check_id: str | None = ...,
        id: str | None = ...,
        latency_routing_policy: dict[str, object] | None = ...,
        multivalue_answer_routing_policy: bool | IResolvable | None = ...,
        records: Sequence[str] | None = ...,
        set_identifier: str | None = ...,
        timeouts: dict[str, object] | None = ...,
        ttl: float | None = ...,
        weighted_routing_policy: dict[str, object] | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class Route53RecordAlias:
    def __init__(
        self,
        *,
        evaluate_target_health: bool | IResolvable,
        name: str,
        zone_id: str,
    ) -> None: ...

class Route53VpcAssociationAuthorization(TerraformResource):
    timeouts: ComplexObject
    id: str
    vpc_id: str
    vpc_region: str
    zone_id: str
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        vpc_id: str,
        zone_id: str,
        id: str | None = ...,
        timeouts: dict[str, object] | None = ...,
        vpc_region: str | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class Route53Zone(TerraformResource):
    arn: str
    name_servers: list[str]
    primary_name_server: str
    timeouts: ComplexObject
    vpc: ComplexList
    zone_id: str
    comment: str
    delegation_set_id: str
    enable_accelerated_recovery: bool | IResolvable
    force_destroy: bool | IResolvable
    id: str
    name: str
    tags: Mapping[str, str]
    tags_all: Mapping[str, str]
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        comment: str | None = ...,
        delegation_set_id: str | None = ...,
        enable_accelerated_recovery: bool | IResolvable | None = ...,
        force_destroy: bool | IResolvable | None = ...,
        id: str | None = ...,
        tags: Mapping[str, str] | None = ...,
        tags_all: Mapping[str, str] | None = ...,
        timeouts: dict[str, object] | None = ...,
        vpc: IResolvable | Sequence[Route53ZoneVpc] | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class Route53ZoneAssociation(TerraformResource):
    owning_account: str
    timeouts: ComplexObject
    id: str
    vpc_id: str
    vpc_region: str
    zone_id: str
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        vpc_id: str,
        zone_id: str,
        id: str | None = ...,
        timeouts: dict[str, object] | None = ...,
        vpc_region: str | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class Route53ZoneVpc:
    def __init__(
        self,
        *,
        vpc_id: str,
        vpc_region: str | None = ...,
    ) -> None: ...

class RouteTable(TerraformResource):
    arn: str
    owner_id: str
    route: ComplexList
    timeouts: ComplexObject
    id: str
    propagating_vgws: list[str]
    region: str
    tags: Mapping[str, str]
    tags_all: Mapping[str, str]
    vpc_id: str
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        vpc_id: str,
        id: str | None = ...,
        propagating_vgws: Sequence[str] | None = ...,
        region: str | None = ...,
        route: IResolvable | Sequence[dict[str, object]] | None = ...,
        tags: Mapping[str, str] | None = ...,
        tags_all: Mapping[str, str] | None = ...,
        timeouts: dict[str, object] | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class RouteTableAssociation(TerraformResource):
    timeouts: ComplexObject
    gateway_id: str
    id: str
    region: str
    route_table_id: str
    subnet_id: str
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        route_table_id: str,
        gateway_id: str | None = ...,
        id: str | None = ...,
        region: str | None = ...,
        subnet_id: str | None = ...,
        timeouts: dict[str, object] | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class S3Bucket(TerraformResource):
    arn: str
    bucket_domain_name: str
    bucket_region: str
    bucket_regional_domain_name: str
    cors_rule: ComplexList
    grant: ComplexList
    hosted_zone_id: str
    lifecycle_rule: ComplexList
    logging: ComplexObject
    object_lock_configuration: ComplexObject
    replication_configuration: ComplexObject
    server_side_encryption_configuration: ComplexObject
    timeouts: ComplexObject
    versioning: ComplexObject
    website: ComplexObject
    website_domain: str
    website_endpoint: str
    acceleration_status: str
    acl: str
    bucket: str
    bucket_prefix: str
    force_destroy: bool | IResolvable
    id: str
    object_lock_enabled: bool | IResolvable
    policy: str
    region: str
    request_payer: str
    tags: Mapping[str, str]
    tags_all: Mapping[str, str]
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        acceleration_status: str | None = ...,
        acl: str | None = ...,
        bucket: str | None = ...,
        bucket_prefix: str | None = ...,
        cors_rule: IResolvable | Sequence[dict[str, object]] | None = ...,
        force_destroy: bool | IResolvable | None = ...,
        grant: IResolvable | Sequence[dict[str, object]] | None = ...,
        id: str | None = ...,
        lifecycle_rule: IResolvable | Sequence[dict[str, object]] | None = ...,
        logging: dict[str, object] | None = ...,
        object_lock_configuration: dict[str, object] | None = ...,
        object_lock_enabled: bool | IResolvable | None = ...,
        policy: str | None = ...,
        region: str | None = ...,
        replication_configuration: dict[str, object] | None = ...,
        request_payer: str | None = ...,
        server_side_encryption_configuration: dict[str, object] | None = ...,
        tags: Mapping[str, str] | None = ...,
        tags_all: Mapping[str, str] | None = ...,
        timeouts: dict[str, object] | None = ...,
        versioning: dict[str, object] | None = ...,
        website: dict[str, object] | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class S3BucketLifecycleConfiguration(TerraformResource):
    id: str
    rule: ComplexList
    timeouts: ComplexObject
    bucket: str
    expected_bucket_owner: str
    region: str
    transition_default_minimum_object_size: str
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        bucket: str,
        expected_bucket_owner: str | None = ...,
        region: str | None = ...,
        rule: IResolvable | Sequence[S3BucketLifecycleConfigurationRule] | None = ...,
        timeouts: dict[str, object] | None = ...,
        transition_default_minimum_object_size: str | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class S3BucketLifecycleConfigurationRule:
    def __init__(
        self,
        *,
        id: str,
        status: str,
        abort_incomplete_multipart_upload: IResolvable
        | Sequence[S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload]
        | None = ...,
        expiration: IResolvable | Sequence[S3BucketLifecycleConfigurationRuleExpiration] | None = ...,
        filter: IResolvable | Sequence[S3BucketLifecycleConfigurationRuleFilter] | None = ...,
        noncurrent_version_expiration: IResolvable | Sequence[dict[str, object]] | None = ...,
        noncurrent_version_transition: IResolvable | Sequence[dict[str, object]] | None = ...,
        prefix: str | None = ...,
        transition: IResolvable | Sequence[dict[str, object]] | None = ...,
    ) -> None: ...

class S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload:
    def __init__(
        self,
        *,
        days_after_initiation: float | None = ...,
    ) -> None: ...

class S3BucketLifecycleConfigurationRuleExpiration:
    def __init__(
        self,
        *,
        date: str | None = ...,
        days: float | None = ...,
        expired_object_delete_marker: bool | IResolvable | None = ...,
    ) -> None: ...

class S3BucketLifecycleConfigurationRuleFilter:
    def __init__(
        self,
        *,
        and_: IResolvable | Sequence[dict[str, object]] | None = ...,
        object_size_greater_than: float | None = ...,
        object_size_less_than: float | None = ...,
        prefix: str | None = ...,
        tag: IResolvable | Sequence[dict[str, object]] | None = ...,
    ) -> None: ...

class S3BucketOwnershipControls(TerraformResource):
    rule: ComplexObject
    bucket: str
    id: str
    region: str
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        bucket: str,
        rule: S3BucketOwnershipControlsRule,
        id: str | None = ...,
        region: str | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class S3BucketOwnershipControlsRule:
    def __init__(
        self,
        *,
        object_ownership: str,
    ) -> None: ...

class S3BucketPolicy(TerraformResource):
    bucket: str
    id: str
    policy: str
    region: str
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        bucket: str,
        policy: str,
        id: str | None = ...,
        region: str | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class S3BucketPublicAccessBlock(TerraformResource):
    block_public_acls: bool | IResolvable
    block_public_policy: bool | IResolvable
    bucket: str
    id: str
    ignore_public_acls: bool | IResolvable
    region: str
    restrict_public_buckets: bool | IResolvable
    skip_destroy: bool | IResolvable
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        bucket: str,
        block_public_acls: bool | IResolvable | None = ...,
        block_public_policy: bool | IResolvable | None = ...,
        id: str | None = ...,
        ignore_public_acls: bool | IResolvable | None = ...,
        region: str | None = ...,
        restrict_public_buckets: bool | IResolvable | None = ...,
        skip_destroy: bool | IResolvable | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class S3BucketServerSideEncryptionConfigurationA(TerraformResource):
    rule: ComplexList
    bucket: str
    expected_bucket_owner: str
    id: str
    region: str
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        bucket: str,
        rule: IResolvable | Sequence[S3BucketServerSideEncryptionConfigurationRuleA],
        expected_bucket_owner: str | None = ...,
        id: str | None = ...,
        region: str | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class S3BucketServerSideEncryptionConfigurationRuleA:
    def __init__(
        self,
        *,
        apply_server_side_encryption_by_default: S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA
        | None = ...,
        blocked_encryption_types: Sequence[str] | None = ...,
        bucket_key_enabled: bool | IResolvable | None = ...,
    ) -> None: ...

class S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA:
    def __init__(
        self,
        *,
        sse_algorithm: str,
        kms_master_key_id: str | None = ...,
    ) -> None: ...

class SecurityGroup(TerraformResource):
    arn: str
    egress: ComplexList
    ingress: ComplexList
    owner_id: str
    timeouts: ComplexObject
    description: str
    id: str
    name: str
    name_prefix: str
    region: str
    revoke_rules_on_delete: bool | IResolvable
    tags: Mapping[str, str]
    tags_all: Mapping[str, str]
    vpc_id: str
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        description: str | None = ...,
        egress: IResolvable | Sequence[dict[str, object]] | None = ...,
        id: str | None = ...,
        ingress: IResolvable | Sequence[dict[str, object]] | None = ...,
        name: str | None = ...,
        name_prefix: str | None = ...,
        region: str | None = ...,
        revoke_rules_on_delete: bool | IResolvable | None = ...,
        tags: Mapping[str, str] | None = ...,
        tags_all: Mapping[str, str] | None = ...,
        timeouts: dict[str, object] | None = ...,
        vpc_id: str | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class SnsTopic(TerraformResource):
    arn: str
    beginning_archive_time: str
    owner: str
    application_failure_feedback_role_arn: str
    application_success_feedback_role_arn: str
    application_success_feedback_sample_rate: float
    archive_policy: str
    content_based_deduplication: bool | IResolvable
    delivery_policy: str
    display_name: str
    fifo_throughput_scope: str
    fifo_topic: bool | IResolvable
    firehose_failure_feedback_role_arn: str
    firehose_success_feedback_role_arn: str
    firehose_success_feedback_sample_rate: float
    http_failure_feedback_role_arn: str
    http_success_feedback_role_arn: str
    http_success_feedback_sample_rate: float
    id: str
    kms_master_key_id: str
    lambda_failure_feedback_role_arn: str
    lambda_success_feedback_role_arn: str
    lambda_success_feedback_sample_rate: float
    name: str
    name_prefix: str
    policy: str
    region: str
    signature_version: float
    sqs_failure_feedback_role_arn: str
    sqs_success_feedback_role_arn: str
    sqs_success_feedback_sample_rate: float
    tags: Mapping[str, str]
    tags_all: Mapping[str, str]
    tracing_config: str
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        application_failure_feedback_role_arn: str | None = ...,
        application_success_feedback_role_arn: str | None = ...,
        application_success_feedback_sample_rate: float | None = ...,
        archive_policy: str | None = ...,
        content_based_deduplication: bool | IResolvable | None = ...,
        delivery_policy: str | None = ...,
        display_name: str | None = ...,
        fifo_throughput_scope: str | None = ...,
        fifo_topic: bool | IResolvable | None = ...,
        firehose_failure_feedback_role_arn: str | None = ...,
        firehose_success_feedback_role_arn: str | None = ...,
        firehose_success_feedback_sample_rate: float | None = ...,
        http_failure_feedback_role_arn: str | None = ...,
        http_success_feedback_role_arn: str | None = ...,
        http_success_feedback_sample_rate: float | None = ...,
        id: str | None = ...,
        kms_master_key_id: str | None = ...,
        lambda_failure_feedback_role_arn: str | None = ...,
        lambda_success_feedback_role_arn: str | None = ...,
        lambda_success_feedback_sample_rate: float | None = ...,
        name: str | None = ...,
        name_prefix: str | None = ...,
        policy: str | None = ...,
        region: str | None = ...,
        signature_version: float | None = ...,
        sqs_failure_feedback_role_arn: str | None = ...,
        sqs_success_feedback_role_arn: str | None = ...,
        sqs_success_feedback_sample_rate: float | None = ...,
        tags: Mapping[str, str] | None = ...,
        tags_all: Mapping[str, str] | None = ...,
        tracing_config: str | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class SnsTopicPolicy(TerraformResource):
    owner: str
    arn: str
    id: str
    policy: str
    region: str
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        arn: str,
        policy: str,
        id: str | None = ...,
        region: str | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class Subnet(TerraformResource):
    arn: str
    ipv6_cidr_block_association_id: str
    owner_id: str
    timeouts: ComplexObject
    assign_ipv6_address_on_creation: bool | IResolvable
    availability_zone: str
    availability_zone_id: str
    cidr_block: str
    customer_owned_ipv4_pool: str
    enable_dns64: bool | IResolvable
    enable_lni_at_device_index: float
    enable_resource_name_dns_aaaa_record_on_launch: bool | IResolvable
    enable_resource_name_dns_a_record_on_launch: bool | IResolvable
    id: str
    ipv6_cidr_block: str
    ipv6_native: bool | IResolvable
    map_customer_owned_ip_on_launch: bool | IResolvable
    map_public_ip_on_launch: bool | IResolvable
    outpost_arn: str
    private_dns_hostname_type_on_launch: str
    region: str
    tags: Mapping[str, str]
    tags_all: Mapping[str, str]
    vpc_id: str
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        vpc_id: str,
        assign_ipv6_address_on_creation: bool | IResolvable | None = ...,
        availability_zone: str | None = ...,
        availability_zone_id: str | None = ...,
        cidr_block: str | None = ...,
        customer_owned_ipv4_pool: str | None = ...,
        enable_dns64: bool | IResolvable | None = ...,
        enable_lni_at_device_index: float | None = ...,
        enable_resource_name_dns_aaaa_record_on_launch: bool | IResolvable | None = ...,
        enable_resource_name_dns_a_record_on_launch: bool | IResolvable | None = ...,
        id: str | None = ...,
        ipv6_cidr_block: str | None = ...,
        ipv6_native: bool | IResolvable | None = ...,
        map_customer_owned_ip_on_launch: bool | IResolvable | None = ...,
        map_public_ip_on_launch: bool | IResolvable | None = ...,
        outpost_arn: str | None = ...,
        private_dns_hostname_type_on_launch: str | None = ...,
        region: str | None = ...,
        tags: Mapping[str, str] | None = ...,
        tags_all: Mapping[str, str] | None = ...,
        timeouts: dict[str, object] | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class Vpc(TerraformResource):
    arn: str
    default_network_acl_id: str
    default_route_table_id: str
    default_security_group_id: str
    dhcp_options_id: str
    ipv6_association_id: str
    main_route_table_id: str
    owner_id: str
    assign_generated_ipv6_cidr_block: bool | IResolvable
    cidr_block: str
    enable_dns_hostnames: bool | IResolvable
    enable_dns_support: bool | IResolvable
    enable_network_address_usage_metrics: bool | IResolvable
    id: str
    instance_tenancy: str
    ipv4_ipam_pool_id: str
    ipv4_netmask_length: float
    ipv6_cidr_block: str
    ipv6_cidr_block_network_border_group: str
    ipv6_ipam_pool_id: str
    ipv6_netmask_length: float
    region: str
    tags: Mapping[str, str]
    tags_all: Mapping[str, str]
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        assign_generated_ipv6_cidr_block: bool | IResolvable | None = ...,
        cidr_block: str | None = ...,
        enable_dns_hostnames: bool | IResolvable | None = ...,
        enable_dns_support: bool | IResolvable | None = ...,
        enable_network_address_usage_metrics: bool | IResolvable | None = ...,
        id: str | None = ...,
        instance_tenancy: str | None = ...,
        ipv4_ipam_pool_id: str | None = ...,
        ipv4_netmask_length: float | None = ...,
        ipv6_cidr_block: str | None = ...,
        ipv6_cidr_block_network_border_group: str | None = ...,
        ipv6_ipam_pool_id: str | None = ...,
        ipv6_netmask_length: float | None = ...,
        region: str | None = ...,
        tags: Mapping[str, str] | None = ...,
        tags_all: Mapping[str, str] | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class VpcEndpoint(TerraformResource):
    arn: str
    cidr_blocks: list[str]
    dns_entry: ComplexList
    dns_options: ComplexObject
    network_interface_ids: list[str]
    owner_id: str
    prefix_list_id: str
    requester_managed: IResolvable
    state: str
    subnet_configuration: ComplexList
    timeouts: ComplexObject
    auto_accept: bool | IResolvable
    id: str
    ip_address_type: str
    policy: str
    private_dns_enabled: bool | IResolvable
    region: str
    resource_configuration_arn: str
    route_table_ids: list[str]
    security_group_ids: list[str]
    service_name: str
    service_network_arn: str
    service_region: str
    subnet_ids: list[str]
    tags: Mapping[str, str]
    tags_all: Mapping[str, str]
    vpc_endpoint_type: str
    vpc_id: str
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        vpc_id: str,
        auto_accept: bool | IResolvable | None = ...,
        dns_options: VpcEndpointDnsOptions | None = ...,
        id: str | None = ...,
        ip_address_type: str | None = ...,
        policy: str | None = ...,
        private_dns_enabled: bool | IResolvable | None = ...,
        region: str | None = ...,
        resource_configuration_arn: str | None = ...,
        route_table_ids: Sequence[str] | None = ...,
        security_group_ids: Sequence[str] | None = ...,
        service_name: str | None = ...,
        service_network_arn: str | None = ...,
        service_region: str | None = ...,
        subnet_configuration: IResolvable | Sequence[VpcEndpointSubnetConfiguration] | None = ...,
        subnet_ids: Sequence[str] | None = ...,
        tags: Mapping[str, str] | None = ...,
        tags_all: Mapping[str, str] | None = ...,
        timeouts: dict[str, object] | None = ...,
        vpc_endpoint_type: str | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class VpcEndpointConnectionAccepter(TerraformResource):
    vpc_endpoint_state: str
    id: str
    region: str
    vpc_endpoint_id: str
    vpc_endpoint_service_id: str
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        vpc_endpoint_id: str,
        vpc_endpoint_service_id: str,
        id: str | None = ...,
        region: str | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class VpcEndpointConnectionNotification(TerraformResource):
    notification_type: str
    state: str
    connection_events: list[str]
    connection_notification_arn: str
    id: str
    region: str
    vpc_endpoint_id: str
    vpc_endpoint_service_id: str
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        connection_events: Sequence[str],
        connection_notification_arn: str,
        id: str | None = ...,
        region: str | None = ...,
        vpc_endpoint_id: str | None = ...,
        vpc_endpoint_service_id: str | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class VpcEndpointDnsOptions:
    def __init__(
        self,
        *,
        dns_record_ip_type: str | None = ...,
        private_dns_only_for_inbound_resolver_endpoint: bool | IResolvable | None = ...,
    ) -> None: ...

class VpcEndpointPrivateDns(TerraformResource):
    private_dns_enabled: bool | IResolvable
    region: str
    vpc_endpoint_id: str
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        private_dns_enabled: bool | IResolvable,
        vpc_endpoint_id: str,
        region: str | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class VpcEndpointService(TerraformResource):
    arn: str
    availability_zones: list[str]
    base_endpoint_dns_names: list[str]
    manages_vpc_endpoints: IResolvable
    private_dns_name_configuration: ComplexList
    service_name: str
    service_type: str
    state: str
    timeouts: ComplexObject
    acceptance_required: bool | IResolvable
    allowed_principals: list[str]
    gateway_load_balancer_arns: list[str]
    id: str
    network_load_balancer_arns: list[str]
    private_dns_name: str
    region: str
    supported_ip_address_types: list[str]
    supported_regions: list[str]
    tags: Mapping[str, str]
    tags_all: Mapping[str, str]
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        acceptance_required: bool | IResolvable,
        allowed_principals: Sequence[str] | None = ...,
        gateway_load_balancer_arns: Sequence[str] | None = ...,
        id: str | None = ...,
        network_load_balancer_arns: Sequence[str] | None = ...,
        private_dns_name: str | None = ...,
        region: str | None = ...,
        supported_ip_address_types: Sequence[str] | None = ...,
        supported_regions: Sequence[str] | None = ...,
        tags: Mapping[str, str] | None = ...,
        tags_all: Mapping[str, str] | None = ...,
        timeouts: dict[str, object] | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class VpcEndpointServiceAllowedPrincipal(TerraformResource):
    id: str
    principal_arn: str
    region: str
    vpc_endpoint_service_id: str
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        principal_arn: str,
        vpc_endpoint_service_id: str,
        id: str | None = ...,
        region: str | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class VpcEndpointServicePrivateDnsVerification(TerraformResource):
    timeouts: ComplexObject
    region: str
    service_id: str
    wait_for_verification: bool | IResolvable
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        service_id: str,
        region: str | None = ...,
        timeouts: dict[str, object] | None = ...,
        wait_for_verification: bool | IResolvable | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class VpcEndpointSubnetConfiguration:
    def __init__(
        self,
        *,
        ipv4: str | None = ...,
        ipv6: str | None = ...,
        subnet_id: str | None = ...,
    ) -> None: ...

class VpcSecurityGroupEgressRule(TerraformResource):
    arn: str
    id: str
    security_group_rule_id: str
    tags_all: StringMap
    cidr_ipv4: str
    cidr_ipv6: str
    description: str
    from_port: float
    ip_protocol: str
    prefix_list_id: str
    referenced_security_group_id: str
    region: str
    security_group_id: str
    tags: Mapping[str, str]
    to_port: float
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        ip_protocol: str,
        security_group_id: str,
        cidr_ipv4: str | None = ...,
        cidr_ipv6: str | None = ...,
        description: str | None = ...,
        from_port: float | None = ...,
        prefix_list_id: str | None = ...,
        referenced_security_group_id: str | None = ...,
        region: str | None = ...,
        tags: Mapping[str, str] | None = ...,
        to_port: float | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...

class VpcSecurityGroupIngressRule(TerraformResource):
    arn: str
    id: str
    security_group_rule_id: str
    tags_all: StringMap
    cidr_ipv4: str
    cidr_ipv6: str
    description: str
    from_port: float
    ip_protocol: str
    prefix_list_id: str
    referenced_security_group_id: str
    region: str
    security_group_id: str
    tags: Mapping[str, str]
    to_port: float
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        ip_protocol: str,
        security_group_id: str,
        cidr_ipv4: str | None = ...,
        cidr_ipv6: str | None = ...,
        description: str | None = ...,
        from_port: float | None = ...,
        prefix_list_id: str | None = ...,
        referenced_security_group_id: str | None = ...,
        region: str | None = ...,
        tags: Mapping[str, str] | None = ...,
        to_port: float | None = ...,
        **meta: Unpack[_MetaArguments],
    ) -> None: ...
