# An ECS service behind an endpoint service: ECS registers each task that starts in the target group of the module, and
# Terraform leaves the targets alone.

terraform {
  required_version = ">= 1.9.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 7.0.0"
    }
  }
}

variable "vpc_id" {
  description = "ID of the VPC of the tasks"
  type        = string
  default     = "vpc-0a1b2c3d4e5f60001"
}

variable "subnet_ids" {
  description = "Subnet ID of each zone; tasks in these subnets can pull the image, through endpoints or a NAT gateway"
  type        = map(string)
  default = {
    ap-northeast-2a = "subnet-0a1b2c3d4e5f6000a"
    ap-northeast-2c = "subnet-0a1b2c3d4e5f6000c"
  }
}

variable "image" {
  description = "Image of the container, which serves HTTP on port 8080"
  type        = string
  default     = "111122223333.dkr.ecr.ap-northeast-2.amazonaws.com/shop:1.4.2"
}

provider "aws" {
  region = "ap-northeast-2"
}

locals {
  container = { name = "shop", port = 8080 }
}

resource "aws_security_group" "tasks" {
  name        = "shop-tasks"
  description = "Tasks: traffic and health checks from the load balancer alone"
  vpc_id      = var.vpc_id
}

# To pull the image.
resource "aws_vpc_security_group_egress_rule" "https" {
  security_group_id = aws_security_group.tasks.id
  description       = "Image registry"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

module "service" {
  source = "../../../terraform/endpoint-service"

  name       = "shop"
  vpc_id     = var.vpc_id
  subnet_ids = var.subnet_ids

  targets = {
    registered_elsewhere = { type = "ip" } # of tasks with the network mode awsvpc
    security_group       = { id = aws_security_group.tasks.id }
  }
  # A zone can be without a task for a while, after a task stopped.
  load_balancer = { cross_zone = true }
  listeners = [{
    port                         = 80
    target_port                  = local.container.port
    health_check                 = { protocol = "HTTP", path = "/health" }
    deregistration_delay_seconds = 60
  }]
}

data "aws_iam_policy_document" "tasks_assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "execution" {
  name               = "shop-execution"
  description        = "ECS pulls the image"
  assume_role_policy = data.aws_iam_policy_document.tasks_assume.json
}

resource "aws_iam_role_policy_attachment" "execution" {
  role       = aws_iam_role.execution.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

resource "aws_ecs_cluster" "shop" {
  name = "shop"

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_ecs_task_definition" "shop" {
  family                   = "shop"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = aws_iam_role.execution.arn

  container_definitions = jsonencode([{
    name                   = local.container.name
    image                  = var.image
    essential              = true
    readonlyRootFilesystem = true
    portMappings           = [{ containerPort = local.container.port, protocol = "tcp" }]
  }])
}

resource "aws_ecs_service" "shop" {
  name            = "shop"
  cluster         = aws_ecs_cluster.shop.id
  task_definition = aws_ecs_task_definition.shop.arn
  launch_type     = "FARGATE"
  desired_count   = 2

  health_check_grace_period_seconds = 30

  network_configuration {
    subnets          = values(var.subnet_ids)
    security_groups  = [aws_security_group.tasks.id]
    assign_public_ip = false
  }

  load_balancer {
    target_group_arn = module.service.target_group_arns["80"]
    container_name   = local.container.name
    container_port   = local.container.port
  }

  # Without the policy, the first tasks cannot pull the image.
  depends_on = [aws_iam_role_policy_attachment.execution]
}

output "service_name" {
  description = "Name of the endpoint service, for its consumers"
  value       = module.service.service_name
}
