# What the module creates, planned without an AWS account.

mock_provider "aws" {
  source = "./tests/aws"
}

variables {
  name    = "shop"
  cidr    = "10.10.0.0/16"
  subnets = { ap-northeast-2a = "10.10.0.0/20", ap-northeast-2c = "10.10.32.0/20" }
}

run "each_zone_has_its_subnet" {
  command = plan

  assert {
    condition     = tomap({ for subnet in aws_subnet.network : subnet.availability_zone => subnet.cidr_block }) == var.subnets
    error_message = "subnets are not in the zones of the input"
  }

  assert {
    condition     = aws_vpc.network.enable_dns_support && aws_vpc.network.enable_dns_hostnames
    error_message = "private DNS names of endpoints do not resolve"
  }
}

run "zones_may_be_az_ids" {
  command = plan

  variables {
    subnets = { apne2-az1 = "10.10.0.0/20" }
  }

  assert {
    condition     = aws_subnet.network["apne2-az1"].availability_zone_id == "apne2-az1"
    error_message = "the subnet is not in the zone of this ID"
  }
}

run "there_is_no_way_to_the_internet_by_default" {
  command = plan

  assert {
    condition     = length(aws_internet_gateway.network_internet) == 0 && length(aws_route.network_to_internet) == 0
    error_message = "an internet gateway that nobody asked for"
  }
}

run "an_internet_gateway_has_a_route" {
  command = plan

  variables {
    internet_gateway = true
  }

  assert {
    condition     = aws_route.network_to_internet[0].destination_cidr_block == "0.0.0.0/0"
    error_message = "no route to the internet gateway"
  }
}

run "resources_have_the_tags" {
  command = plan

  variables {
    tags = { team = "a" }
  }

  assert {
    condition     = aws_vpc.network.tags == tomap({ Name = "shop", team = "a" })
    error_message = "tags are missing"
  }
}

run "there_are_no_flow_logs_by_default" {
  command = plan

  assert {
    condition     = length(aws_flow_log.network_flow_log) == 0 && length(aws_cloudwatch_log_group.network_flow_log) == 0
    error_message = "flow logs that nobody asked for"
  }
}

run "flow_logs_are_kept_and_encrypted" {
  command = plan

  variables {
    flow_logs = {
      retention_days = 30
      kms_key_id     = "arn:aws:kms:ap-northeast-2:111122223333:key/0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
    }
  }

  assert {
    condition     = aws_cloudwatch_log_group.network_flow_log[0].retention_in_days == 30
    error_message = "the retention period is not that of the input"
  }

  assert {
    condition     = aws_cloudwatch_log_group.network_flow_log[0].kms_key_id == var.flow_logs.kms_key_id
    error_message = "the log group is not encrypted with the key"
  }

  assert {
    condition     = aws_flow_log.network_flow_log[0].traffic_type == "ALL"
    error_message = "some traffic is not logged"
  }
}
