# A VPC with one subnet in each zone, and a default security group without rules.

resource "aws_vpc" "network" {
  cidr_block                       = var.cidr
  assign_generated_ipv6_cidr_block = false

  # Private DNS names of interface endpoints resolve only in a VPC that has both:
  # https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
  enable_dns_hostnames = true
  enable_dns_support   = true

  tags = merge(var.tags, { Name = var.name })
}

# Without rules, a resource that nobody gave a security group can neither connect nor be reached:
# https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
resource "aws_default_security_group" "network" {
  vpc_id = aws_vpc.network.id

  tags = merge(var.tags, { Name = "${var.name}-default-closed" })
}

resource "aws_subnet" "network" {
  for_each = var.subnets

  vpc_id     = aws_vpc.network.id
  cidr_block = each.value
  # A zone is a name such as ap-northeast-2a, or an AZ ID such as apne2-az1.
  availability_zone       = strcontains(each.key, "-az") ? null : each.key
  availability_zone_id    = strcontains(each.key, "-az") ? each.key : null
  map_public_ip_on_launch = false

  tags = merge(var.tags, { Name = "${var.name}-${each.key}" })

  lifecycle {
    # AWS deletes a subnet only after its endpoints and load balancers have left it. Terraform would otherwise
    # delete it first when a zone is removed or its CIDR changes:
    # https://github.com/hashicorp/terraform/blob/main/docs/destroying.md
    create_before_destroy = true
  }
}

resource "aws_route_table" "network" {
  vpc_id = aws_vpc.network.id

  tags = merge(var.tags, { Name = var.name })
}

resource "aws_route_table_association" "network_routes" {
  for_each = var.subnets

  route_table_id = aws_route_table.network.id
  subnet_id      = aws_subnet.network[each.key].id
}

resource "aws_cloudwatch_log_group" "network_flow_log" {
  count = var.flow_logs == null ? 0 : 1

  name              = "/vpc/${var.name}/flow-log"
  retention_in_days = var.flow_logs.retention_days
  kms_key_id        = var.flow_logs.kms_key_id

  tags = merge(var.tags, { Name = var.name })
}

resource "aws_iam_role" "network_flow_log" {
  count = var.flow_logs == null ? 0 : 1

  name_prefix = substr("${var.name}-flow-", 0, 38) # the longest prefix of a role
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "vpc-flow-logs.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })

  tags = merge(var.tags, { Name = "${var.name}-flow-log" })
}

# The role can write to its log group only:
# https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
resource "aws_iam_role_policy" "network_flow_log" {
  count = var.flow_logs == null ? 0 : 1

  name = "write-flow-log"
  role = aws_iam_role.network_flow_log[0].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
      Resource = ["${aws_cloudwatch_log_group.network_flow_log[0].arn}:*"]
    }]
  })
}

resource "aws_flow_log" "network_flow_log" {
  count = var.flow_logs == null ? 0 : 1

  vpc_id                   = aws_vpc.network.id
  traffic_type             = "ALL"
  log_destination_type     = "cloud-watch-logs"
  log_destination          = aws_cloudwatch_log_group.network_flow_log[0].arn
  iam_role_arn             = aws_iam_role.network_flow_log[0].arn
  max_aggregation_interval = 600

  tags = merge(var.tags, { Name = var.name })
}

resource "aws_internet_gateway" "network_internet" {
  count = var.internet_gateway ? 1 : 0

  vpc_id = aws_vpc.network.id

  tags = merge(var.tags, { Name = var.name })
}

resource "aws_route" "network_to_internet" {
  count = var.internet_gateway ? 1 : 0

  route_table_id         = aws_route_table.network.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.network_internet[0].id
}
