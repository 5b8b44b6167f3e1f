# A provider whose consumers are all elsewhere, with an Auto Scaling group and an ECS service as targets. Plans of
# tests/data/plans are edits of it, see tests/support/plans/alone.py.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region = "ap-northeast-2"
}

resource "aws_vpc" "provider" {
  cidr_block = "10.10.0.0/16"
}

resource "aws_subnet" "provider" {
  count             = 2
  vpc_id            = aws_vpc.provider.id
  availability_zone = ["ap-northeast-2a", "ap-northeast-2c"][count.index]
  cidr_block        = "10.10.${count.index}.0/24"
}

resource "aws_subnet" "backend" {
  count             = 2
  vpc_id            = aws_vpc.provider.id
  availability_zone = ["ap-northeast-2a", "ap-northeast-2c"][count.index]
  cidr_block        = "10.10.${10 + count.index}.0/24"
}

resource "aws_network_acl" "backend" {
  vpc_id     = aws_vpc.provider.id
  subnet_ids = aws_subnet.backend[*].id
  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "-1"
    from_port  = 0
    to_port    = 0
    cidr_block = "0.0.0.0/0"
  }
  egress {
    rule_no    = 100
    action     = "allow"
    protocol   = "-1"
    from_port  = 0
    to_port    = 0
    cidr_block = "0.0.0.0/0"
  }
}

resource "aws_route_table" "backend" {
  vpc_id = aws_vpc.provider.id
}

resource "aws_route_table_association" "backend" {
  count          = 2
  subnet_id      = aws_subnet.backend[count.index].id
  route_table_id = aws_route_table.backend.id
}

resource "aws_internet_gateway" "provider" {
  vpc_id = aws_vpc.provider.id
}

resource "aws_security_group" "nlb" {
  name   = "nlb"
  vpc_id = aws_vpc.provider.id
}

resource "aws_network_interface" "appliance" {
  subnet_id = aws_subnet.backend[0].id
}

resource "aws_security_group_rule" "nlb_from_consumers" {
  type              = "ingress"
  security_group_id = aws_security_group.nlb.id
  cidr_blocks       = ["10.0.0.0/8"]
  protocol          = "tcp"
  from_port         = 443
  to_port           = 445
}

resource "aws_security_group_rule" "nlb_to_targets" {
  type              = "egress"
  security_group_id = aws_security_group.nlb.id
  cidr_blocks       = ["10.10.0.0/16"]
  protocol          = "-1"
  from_port         = 0
  to_port           = 0
}

resource "aws_security_group" "backend" {
  name   = "backend"
  vpc_id = aws_vpc.provider.id
}

resource "aws_security_group_rule" "backend_from_nlb" {
  type                     = "ingress"
  security_group_id        = aws_security_group.backend.id
  source_security_group_id = aws_security_group.nlb.id
  protocol                 = "tcp"
  from_port                = 8443
  to_port                  = 8445
}

resource "aws_launch_template" "backend" {
  name                   = "backend"
  image_id               = "ami-12c6146b"
  instance_type          = "t3.micro"
  vpc_security_group_ids = [aws_security_group.backend.id]
}

resource "aws_autoscaling_group" "backend" {
  name                = "backend"
  min_size            = 2
  max_size            = 4
  desired_capacity    = 2
  vpc_zone_identifier = aws_subnet.backend[*].id
  target_group_arns   = [for name, group in aws_lb_target_group.scaled : group.arn]
  launch_template {
    id      = aws_launch_template.backend.id
    version = "1"
  }
}

resource "aws_ecs_cluster" "tasks" {
  name = "tasks"
}

resource "aws_ecs_task_definition" "tasks" {
  family                   = "tasks"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = 256
  memory                   = 512
  container_definitions    = jsonencode([{ name = "app", image = "app:1", portMappings = [{ containerPort = 8444 }] }])
}

resource "aws_ecs_service" "tasks" {
  name                          = "tasks"
  cluster                       = aws_ecs_cluster.tasks.id
  task_definition               = aws_ecs_task_definition.tasks.arn
  desired_count                 = 2
  launch_type                   = "FARGATE"
  availability_zone_rebalancing = "DISABLED"
  network_configuration {
    subnets         = aws_subnet.backend[*].id
    security_groups = [aws_security_group.backend.id]
  }
  load_balancer {
    target_group_arn = aws_lb_target_group.tasks.arn
    container_name   = "app"
    container_port   = 8444
  }
}

resource "aws_lb" "shop" {
  name               = "shop"
  internal           = true
  load_balancer_type = "network"
  subnets            = aws_subnet.provider[*].id
  security_groups    = [aws_security_group.nlb.id]

  enforce_security_group_inbound_rules_on_private_link_traffic = "off"
}

resource "aws_lb_target_group" "scaled" {
  for_each = toset(["scaled"])
  name     = each.key
  port     = 8443
  protocol = "TCP"
  vpc_id   = aws_vpc.provider.id
}

resource "aws_lb_target_group" "empty" {
  name     = "empty"
  port     = 8443
  protocol = "TCP"
  vpc_id   = aws_vpc.provider.id
}

resource "aws_lb_target_group" "tasks" {
  name                              = "tasks"
  port                              = 8444
  protocol                          = "TCP"
  target_type                       = "ip"
  vpc_id                            = aws_vpc.provider.id
  load_balancing_cross_zone_enabled = "true"
}

resource "aws_lb_listener" "scaled" {
  load_balancer_arn = aws_lb.shop.arn
  port              = 443
  protocol          = "TCP"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.scaled["scaled"].arn
  }
}

resource "aws_lb_listener" "tasks" {
  load_balancer_arn = aws_lb.shop.arn
  port              = 444
  protocol          = "TCP"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.tasks.arn
  }
}

resource "aws_vpc_endpoint_service" "shop" {
  acceptance_required        = true
  network_load_balancer_arns = [aws_lb.shop.arn]
}
