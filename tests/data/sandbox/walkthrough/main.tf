# A hand-made provider and consumer, as close as can be to what the generator emits. No endpoint, no credentials:
# the environment supplies them, as it would for AWS.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 7.0.0"
    }
  }
}

locals {
  region = "ap-northeast-2"
  zones = {
    a = { name = "ap-northeast-2a", id = "apne2-az1", index = 0 }
    c = { name = "ap-northeast-2c", id = "apne2-az3", index = 1 }
  }
  consumer_account = "444444444444"
}

provider "aws" {
  region = local.region
  default_tags { tags = { Project = "sandbox-test" } }
}

provider "aws" {
  alias  = "consumer"
  region = local.region
  assume_role { role_arn = "arn:aws:iam::${local.consumer_account}:role/deployer" }
  default_tags { tags = { Project = "sandbox-test" } }
}

data "aws_caller_identity" "provider" {}

data "aws_caller_identity" "consumer" {
  provider = aws.consumer
}

# Provider: network

resource "aws_vpc" "provider" {
  cidr_block           = "10.10.0.0/16"
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags                 = { Name = "provider" }
}

resource "aws_default_security_group" "provider" {
  vpc_id = aws_vpc.provider.id
}

resource "aws_internet_gateway" "provider" {
  vpc_id = aws_vpc.provider.id
}

resource "aws_subnet" "provider" {
  for_each                = local.zones
  vpc_id                  = aws_vpc.provider.id
  availability_zone       = each.value.name
  cidr_block              = cidrsubnet(aws_vpc.provider.cidr_block, 8, each.value.index)
  map_public_ip_on_launch = false
}

resource "aws_route_table" "provider" {
  vpc_id = aws_vpc.provider.id
}

resource "aws_route" "provider_default" {
  route_table_id         = aws_route_table.provider.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.provider.id
}

resource "aws_route_table_association" "provider" {
  for_each       = local.zones
  route_table_id = aws_route_table.provider.id
  subnet_id      = aws_subnet.provider[each.key].id
}

resource "aws_cloudwatch_log_group" "flow" {
  name              = "/vpc/provider"
  retention_in_days = 14
}

resource "aws_iam_role" "flow" {
  name = "flow-logs"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "vpc-flow-logs.amazonaws.com" } }
    ]
  })
}

resource "aws_iam_role_policy" "flow" {
  name = "write"
  role = aws_iam_role.flow.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
      Resource = "${aws_cloudwatch_log_group.flow.arn}:*"
    }]
  })
}

resource "aws_flow_log" "provider" {
  vpc_id                   = aws_vpc.provider.id
  traffic_type             = "ALL"
  iam_role_arn             = aws_iam_role.flow.arn
  log_destination          = aws_cloudwatch_log_group.flow.arn
  max_aggregation_interval = 60
}

# Provider: backends

data "aws_ssm_parameter" "al2023" {
  name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
}

resource "aws_security_group" "balancer" {
  name        = "balancer"
  description = "load balancer"
  vpc_id      = aws_vpc.provider.id
}

resource "aws_security_group" "backend" {
  name        = "backend"
  description = "backends"
  vpc_id      = aws_vpc.provider.id
}

resource "aws_vpc_security_group_ingress_rule" "balancer" {
  security_group_id = aws_security_group.balancer.id
  description       = "anyone"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 80
  to_port           = 80
}

resource "aws_vpc_security_group_egress_rule" "balancer" {
  security_group_id            = aws_security_group.balancer.id
  description                  = "backends"
  referenced_security_group_id = aws_security_group.backend.id
  ip_protocol                  = "tcp"
  from_port                    = 80
  to_port                      = 80
}

resource "aws_vpc_security_group_ingress_rule" "backend" {
  security_group_id            = aws_security_group.backend.id
  description                  = "load balancer"
  referenced_security_group_id = aws_security_group.balancer.id
  ip_protocol                  = "tcp"
  from_port                    = 80
  to_port                      = 80
}

resource "aws_instance" "backend" {
  for_each                    = local.zones
  ami                         = data.aws_ssm_parameter.al2023.insecure_value
  instance_type               = "t3.micro"
  subnet_id                   = aws_subnet.provider[each.key].id
  vpc_security_group_ids      = [aws_security_group.backend.id]
  associate_public_ip_address = false
  user_data_replace_on_change = true
  user_data                   = "#!/bin/bash\necho ZIGISPACE - SVR#${each.value.index + 1}\n"
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }
  root_block_device {
    volume_type = "gp3"
    encrypted   = true
  }
  tags = { Name = "backend-${each.key}" }
}

# Provider: an internet-facing and an internal load balancer

resource "aws_eip" "balancer" {
  for_each = local.zones
  domain   = "vpc"
}

resource "aws_lb" "public" {
  name                                                         = "ZIGI-ELB-Pub"
  load_balancer_type                                           = "network"
  internal                                                     = false
  ip_address_type                                              = "ipv4"
  security_groups                                              = [aws_security_group.balancer.id]
  enable_cross_zone_load_balancing                             = true
  enable_deletion_protection                                   = false
  enforce_security_group_inbound_rules_on_private_link_traffic = "off"
  dynamic "subnet_mapping" {
    for_each = local.zones
    content {
      subnet_id     = aws_subnet.provider[subnet_mapping.key].id
      allocation_id = aws_eip.balancer[subnet_mapping.key].allocation_id
    }
  }
}

resource "aws_lb" "internal" {
  name                                                         = "zigi-internal"
  load_balancer_type                                           = "network"
  internal                                                     = true
  ip_address_type                                              = "ipv4"
  security_groups                                              = [aws_security_group.balancer.id]
  enable_cross_zone_load_balancing                             = false
  enforce_security_group_inbound_rules_on_private_link_traffic = "on"
  subnet_mapping {
    subnet_id            = aws_subnet.provider["a"].id
    private_ipv4_address = "10.10.0.200"
  }
  subnet_mapping {
    subnet_id = aws_subnet.provider["c"].id
  }
}

resource "aws_lb_target_group" "web" {
  for_each               = toset(["public", "internal"])
  name                   = "web-${each.key}"
  vpc_id                 = aws_vpc.provider.id
  protocol               = "TCP"
  port                   = 80
  target_type            = "instance"
  preserve_client_ip     = true
  proxy_protocol_v2      = false
  deregistration_delay   = 60
  connection_termination = false
  health_check {
    enabled             = true
    protocol            = "TCP"
    port                = "traffic-port"
    interval            = 10
    healthy_threshold   = 3
    unhealthy_threshold = 3
  }
}

resource "aws_lb_target_group_attachment" "web" {
  for_each = {
    for pair in setproduct(["public", "internal"], keys(local.zones)) :
    "${pair[0]}-${pair[1]}" => { group = pair[0], zone = pair[1] }
  }
  target_group_arn = aws_lb_target_group.web[each.value.group].arn
  target_id        = aws_instance.backend[each.value.zone].id
  port             = 80
}

resource "aws_lb_listener" "web" {
  for_each          = { public = aws_lb.public.arn, internal = aws_lb.internal.arn }
  load_balancer_arn = each.value
  protocol          = "TCP"
  port              = 80
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web[each.key].arn
  }
}

# Provider: services, one that asks for acceptance and one that does not

resource "aws_vpc_endpoint_service" "manual" {
  acceptance_required        = true
  network_load_balancer_arns = [aws_lb.public.arn]
  supported_ip_address_types = ["ipv4"]
  supported_regions          = [local.region]
  tags                       = { Name = "manual" }
  depends_on                 = [aws_lb_listener.web]
}

resource "aws_vpc_endpoint_service" "automatic" {
  acceptance_required        = false
  network_load_balancer_arns = [aws_lb.internal.arn]
  supported_ip_address_types = ["ipv4"]
  depends_on                 = [aws_lb_listener.web]
}

resource "aws_vpc_endpoint_service_allowed_principal" "consumer" {
  for_each = {
    manual    = aws_vpc_endpoint_service.manual.id
    automatic = aws_vpc_endpoint_service.automatic.id
  }
  vpc_endpoint_service_id = each.value
  principal_arn           = "arn:aws:iam::${local.consumer_account}:root"
}

resource "aws_sns_topic" "connections" {
  name = "connections"
}

resource "aws_vpc_endpoint_connection_notification" "manual" {
  vpc_endpoint_service_id     = aws_vpc_endpoint_service.manual.id
  connection_notification_arn = aws_sns_topic.connections.arn
  connection_events           = ["Accept", "Connect", "Delete", "Reject"]
}

# Consumer, in another account

resource "aws_vpc" "consumer" {
  provider             = aws.consumer
  cidr_block           = "10.20.0.0/16"
  enable_dns_support   = true
  enable_dns_hostnames = true
}

resource "aws_default_security_group" "consumer" {
  provider = aws.consumer
  vpc_id   = aws_vpc.consumer.id
}

resource "aws_internet_gateway" "consumer" {
  provider = aws.consumer
  vpc_id   = aws_vpc.consumer.id
}

resource "aws_subnet" "consumer" {
  for_each             = local.zones
  provider             = aws.consumer
  vpc_id               = aws_vpc.consumer.id
  availability_zone_id = each.value.id
  cidr_block           = cidrsubnet(aws_vpc.consumer.cidr_block, 8, each.value.index)
}

resource "aws_security_group" "endpoint" {
  provider    = aws.consumer
  name        = "endpoint"
  description = "endpoint"
  vpc_id      = aws_vpc.consumer.id
}

resource "aws_vpc_security_group_ingress_rule" "endpoint" {
  provider          = aws.consumer
  security_group_id = aws_security_group.endpoint.id
  cidr_ipv4         = aws_vpc.consumer.cidr_block
  ip_protocol       = "tcp"
  from_port         = 80
  to_port           = 80
}

data "aws_vpc_endpoint_service" "service" {
  for_each     = { manual = aws_vpc_endpoint_service.manual, automatic = aws_vpc_endpoint_service.automatic }
  provider     = aws.consumer
  service_name = each.value.service_name
  depends_on   = [aws_vpc_endpoint_service_allowed_principal.consumer]
}

resource "aws_vpc_endpoint" "service" {
  for_each            = data.aws_vpc_endpoint_service.service
  provider            = aws.consumer
  vpc_id              = aws_vpc.consumer.id
  service_name        = each.value.service_name
  vpc_endpoint_type   = "Interface"
  subnet_ids          = [for subnet in aws_subnet.consumer : subnet.id]
  security_group_ids  = [aws_security_group.endpoint.id]
  private_dns_enabled = false
  ip_address_type     = "ipv4"
  tags                = { Name = each.key }
}

resource "aws_vpc_endpoint_connection_accepter" "manual" {
  vpc_endpoint_service_id = aws_vpc_endpoint_service.manual.id
  vpc_endpoint_id         = aws_vpc_endpoint.service["manual"].id
}

resource "aws_iam_role" "probe" {
  provider = aws.consumer
  name     = "probe"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }
    ]
  })
}

resource "aws_iam_role_policy_attachment" "probe" {
  provider   = aws.consumer
  role       = aws_iam_role.probe.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_iam_instance_profile" "probe" {
  provider = aws.consumer
  name     = "probe"
  role     = aws_iam_role.probe.name
}

data "aws_ssm_parameter" "al2023_arm" {
  provider = aws.consumer
  name     = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"
}

resource "aws_instance" "probe" {
  provider                    = aws.consumer
  ami                         = data.aws_ssm_parameter.al2023_arm.insecure_value
  instance_type               = "t4g.micro"
  subnet_id                   = aws_subnet.consumer["a"].id
  vpc_security_group_ids      = [aws_security_group.endpoint.id]
  associate_public_ip_address = true
  iam_instance_profile        = aws_iam_instance_profile.probe.name
  metadata_options {
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }
  root_block_device {
    volume_type = "gp3"
    volume_size = 12
    encrypted   = true
  }
}

output "accounts" {
  value = {
    provider = data.aws_caller_identity.provider.account_id
    consumer = data.aws_caller_identity.consumer.account_id
  }
}

output "service_name" {
  value = aws_vpc_endpoint_service.manual.service_name
}

output "balancer_addresses" {
  value = sort([for address in data.aws_eip.balancer : address.public_ip])
}

output "state" {
  value = aws_vpc_endpoint_connection_accepter.manual.vpc_endpoint_state
}

# What the consumer's endpoint and the balancer's addresses look like from outside

data "aws_network_interface" "endpoint" {
  for_each = local.zones
  provider = aws.consumer
  filter {
    name   = "description"
    values = ["VPC Endpoint Interface ${aws_vpc_endpoint.service["manual"].id}"]
  }
  filter {
    name   = "subnet-id"
    values = [aws_subnet.consumer[each.key].id]
  }
}

data "aws_network_interface" "internal" {
  filter {
    name   = "description"
    values = ["ELB ${aws_lb.internal.arn_suffix}"]
  }
  filter {
    name   = "subnet-id"
    values = [aws_subnet.provider["a"].id]
  }
}

data "aws_eip" "balancer" {
  for_each = local.zones
  id       = aws_eip.balancer[each.key].allocation_id
}

output "endpoint_addresses" {
  value = { for zone, interface in data.aws_network_interface.endpoint : zone => interface.private_ip }
}

output "internal_address" {
  value = data.aws_network_interface.internal.private_ip
}
