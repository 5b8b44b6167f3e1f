# A Network Load Balancer with every kind of listener, health check and target, its access logs, and an Auto
# Scaling group behind it.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 7.0.0"
    }
  }
}

variable "certificate" { type = string }

variable "private_key" {
  type      = string
  sensitive = true
}

# Off and on again: what a running system sees.
variable "changed" {
  type    = bool
  default = false
}

# Whether the bucket admits the log delivery.
variable "logs_admitted" {
  type    = bool
  default = true
}

variable "protected" {
  type    = bool
  default = true
}

locals {
  region = "ap-northeast-2"
  zones  = { a = 0, c = 1 }
  groups = {
    tcp     = { protocol = "TCP", port = 80 }
    http    = { protocol = "TCP", port = 8080 }
    secure  = { protocol = "TLS", port = 8443 }
    udp     = { protocol = "UDP", port = 514 }
    tcp-udp = { protocol = "TCP_UDP", port = 53 }
  }
  checks = {
    tcp     = { protocol = "TCP", path = null, matcher = null }
    http    = { protocol = "HTTP", path = var.changed ? "/ready" : "/health", matcher = var.changed ? "200" : "200-299" }
    secure  = { protocol = "HTTPS", path = "/health", matcher = "200-399" }
    udp     = { protocol = "TCP", path = null, matcher = null }
    tcp-udp = { protocol = "HTTP", path = "/", matcher = "200" }
  }
}

provider "aws" {
  region = local.region
  default_tags { tags = { Project = "load-balancing" } }
}

data "aws_caller_identity" "current" {}

resource "aws_vpc" "this" {
  cidr_block = "10.70.0.0/16"
}

resource "aws_subnet" "this" {
  for_each          = local.zones
  vpc_id            = aws_vpc.this.id
  availability_zone = "${local.region}${each.key}"
  cidr_block        = cidrsubnet(aws_vpc.this.cidr_block, 8, each.value)
}

resource "aws_security_group" "this" {
  for_each    = toset(["balancer", "backend", "application"])
  name        = each.key
  description = each.key
  vpc_id      = aws_vpc.this.id
}

# Where the access logs go

resource "aws_s3_bucket" "logs" {
  bucket        = "load-balancing-logs"
  force_destroy = true
}

resource "aws_s3_bucket_public_access_block" "logs" {
  bucket                  = aws_s3_bucket.logs.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "logs" {
  bucket = aws_s3_bucket.logs.id
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "logs" {
  bucket = aws_s3_bucket.logs.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "logs" {
  bucket                                 = aws_s3_bucket.logs.id
  transition_default_minimum_object_size = "all_storage_classes_128K"
  rule {
    id     = "expire"
    status = "Enabled"
    filter {
      prefix = ""
    }
    expiration {
      days = var.changed ? 30 : 90
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid       = "TlsOnly"
          Effect    = "Deny"
          Principal = "*"
          Action    = "s3:*"
          Resource  = [aws_s3_bucket.logs.arn, "${aws_s3_bucket.logs.arn}/*"]
          Condition = { Bool = { "aws:SecureTransport" = "false" } }
        },
        {
          Sid       = "AclCheck"
          Effect    = "Allow"
          Principal = { Service = "delivery.logs.amazonaws.com" }
          Action    = "s3:GetBucketAcl"
          Resource  = aws_s3_bucket.logs.arn
          Condition = {
            StringEquals = { "aws:SourceAccount" = [data.aws_caller_identity.current.account_id] }
            ArnLike      = { "aws:SourceArn" = ["arn:aws:logs:${local.region}:${data.aws_caller_identity.current.account_id}:*"] }
          }
        },
      ],
      [
        for sid in(var.logs_admitted ? ["Write"] : []) : {
          Sid       = sid
          Effect    = "Allow"
          Principal = { Service = "delivery.logs.amazonaws.com" }
          Action    = "s3:PutObject"
          Resource  = "${aws_s3_bucket.logs.arn}/nlb/AWSLogs/${data.aws_caller_identity.current.account_id}/*"
          Condition = {
            StringEquals = {
              "s3:x-amz-acl"      = "bucket-owner-full-control"
              "aws:SourceAccount" = [data.aws_caller_identity.current.account_id]
            }
            ArnLike = { "aws:SourceArn" = ["arn:aws:logs:${local.region}:${data.aws_caller_identity.current.account_id}:*"] }
          }
        }
      ],
    )
  })
  depends_on = [aws_s3_bucket_public_access_block.logs]
}

# The load balancer

resource "aws_lb" "this" {
  name                                                         = "load-balancing"
  load_balancer_type                                           = "network"
  internal                                                     = true
  ip_address_type                                              = "ipv4"
  security_groups                                              = [aws_security_group.this["balancer"].id]
  subnets                                                      = [for subnet in aws_subnet.this : subnet.id]
  enable_cross_zone_load_balancing                             = true
  enable_deletion_protection                                   = var.protected
  enforce_security_group_inbound_rules_on_private_link_traffic = "off"
  dns_record_client_routing_policy                             = var.changed ? "availability_zone_affinity" : "any_availability_zone"
  access_logs {
    enabled = true
    bucket  = aws_s3_bucket.logs.bucket
    prefix  = "nlb"
  }
  depends_on = [aws_s3_bucket_policy.logs]
}

resource "aws_acm_certificate" "this" {
  certificate_body = var.certificate
  private_key      = var.private_key
}

resource "aws_lb_target_group" "this" {
  for_each               = local.groups
  name                   = "load-balancing-${each.key}"
  vpc_id                 = aws_vpc.this.id
  protocol               = each.value.protocol
  port                   = each.value.port
  target_type            = each.key == "http" ? "ip" : "instance"
  ip_address_type        = "ipv4"
  proxy_protocol_v2      = each.key == "http" ? !var.changed : false
  preserve_client_ip     = each.key == "http" ? false : true
  connection_termination = var.changed || endswith(each.value.protocol, "UDP")
  deregistration_delay   = var.changed ? 30 : 60
  dynamic "stickiness" {
    for_each = each.value.protocol == "TLS" ? [] : ["source_ip"]
    content {
      enabled = true
      type    = stickiness.value
    }
  }
  health_check {
    enabled             = true
    protocol            = local.checks[each.key].protocol
    port                = each.key == "tcp" ? "traffic-port" : "8080"
    path                = local.checks[each.key].path
    matcher             = local.checks[each.key].matcher
    interval            = var.changed ? 10 : 30
    timeout             = var.changed ? 5 : 6
    healthy_threshold   = var.changed ? 2 : 5
    unhealthy_threshold = var.changed ? 3 : 2
  }
}

resource "aws_lb_target_group_attachment" "ip" {
  for_each         = toset(["10.70.0.100", "10.70.1.100"])
  target_group_arn = aws_lb_target_group.this["http"].arn
  target_id        = each.key
  port             = 8080
}

resource "aws_lb_listener" "this" {
  for_each                 = local.groups
  load_balancer_arn        = aws_lb.this.arn
  protocol                 = each.value.protocol
  port                     = each.value.port
  ssl_policy               = each.key == "secure" ? (var.changed ? "ELBSecurityPolicy-TLS13-1-3-2021-06" : "ELBSecurityPolicy-TLS13-1-2-2021-06") : null
  certificate_arn          = each.key == "secure" ? aws_acm_certificate.this.arn : null
  alpn_policy              = each.key == "secure" ? (var.changed ? "HTTP2Only" : "HTTP2Preferred") : null
  tcp_idle_timeout_seconds = each.value.protocol == "TCP" ? (var.changed ? 6000 : 60) : null
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this[each.key].arn
  }
}

# TLS outside, TCP inside

resource "aws_lb_listener" "terminated" {
  load_balancer_arn = aws_lb.this.arn
  protocol          = "TLS"
  port              = 443
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = aws_acm_certificate.this.arn
  alpn_policy       = "None"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this["tcp"].arn
  }
}

# An Application Load Balancer as the target

resource "aws_lb" "application" {
  name               = "load-balancing-alb"
  load_balancer_type = "application"
  internal           = true
  security_groups    = [aws_security_group.this["application"].id]
  subnets            = [for subnet in aws_subnet.this : subnet.id]
}

resource "aws_lb_listener" "application" {
  load_balancer_arn = aws_lb.application.arn
  protocol          = "HTTP"
  port              = 8000
  default_action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      message_body = "ready"
      status_code  = "200"
    }
  }
}

resource "aws_lb_target_group" "application" {
  name        = "load-balancing-alb"
  vpc_id      = aws_vpc.this.id
  protocol    = "TCP"
  port        = 8000
  target_type = "alb"
  health_check {
    protocol = "HTTP"
    path     = "/"
    matcher  = "200-399"
  }
}

resource "aws_lb_target_group_attachment" "application" {
  target_group_arn = aws_lb_target_group.application.arn
  target_id        = aws_lb.application.arn
  port             = 8000
  depends_on       = [aws_lb_listener.application]
}

resource "aws_lb_listener" "to_application" {
  load_balancer_arn        = aws_lb.this.arn
  protocol                 = "TCP"
  port                     = 8000
  tcp_idle_timeout_seconds = 350
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.application.arn
  }
}

# Instances that come and go

data "aws_ssm_parameter" "al2023" {
  name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
}

resource "aws_launch_template" "backend" {
  name                   = "load-balancing"
  image_id               = data.aws_ssm_parameter.al2023.insecure_value
  instance_type          = "t3.micro"
  update_default_version = true
  ebs_optimized          = "true"
  user_data              = base64encode("#!/bin/bash\necho ${var.changed ? "two" : "one"} > /srv/index.html\n")
  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      volume_type           = "gp3"
      volume_size           = 8
      encrypted             = "true"
      delete_on_termination = "true"
    }
  }
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
    instance_metadata_tags      = "disabled"
  }
  network_interfaces {
    device_index                = 0
    associate_public_ip_address = "false"
    delete_on_termination       = "true"
    security_groups             = [aws_security_group.this["backend"].id]
  }
  monitoring {
    enabled = false
  }
  tag_specifications {
    resource_type = "instance"
    tags          = { Name = "load-balancing-backend" }
  }
  tag_specifications {
    resource_type = "volume"
    tags          = { Name = "load-balancing-backend" }
  }
}

resource "aws_autoscaling_group" "backend" {
  name                      = "load-balancing"
  min_size                  = var.changed ? 3 : 2
  max_size                  = 4
  desired_capacity          = var.changed ? 3 : 2
  vpc_zone_identifier       = [for subnet in aws_subnet.this : subnet.id]
  target_group_arns         = [aws_lb_target_group.this["tcp"].arn, aws_lb_target_group.this["udp"].arn]
  health_check_type         = "ELB"
  health_check_grace_period = 60
  default_instance_warmup   = 30
  wait_for_capacity_timeout = "2m"
  min_elb_capacity          = 2
  termination_policies      = ["OldestInstance"]
  protect_from_scale_in     = false
  launch_template {
    id      = aws_launch_template.backend.id
    version = aws_launch_template.backend.latest_version
  }
  instance_refresh {
    strategy = "Rolling"
    preferences {
      min_healthy_percentage = 50
    }
  }
  tag {
    key                 = "Name"
    value               = "load-balancing-backend"
    propagate_at_launch = true
  }
  tag {
    key                 = "Project"
    value               = "load-balancing"
    propagate_at_launch = true
  }
  depends_on = [aws_lb_listener.this]
}

# Attached later, and by another resource

resource "aws_autoscaling_group" "attached" {
  name                = "load-balancing-attached"
  min_size            = 1
  max_size            = 1
  vpc_zone_identifier = [aws_subnet.this["a"].id]
  health_check_type   = "EC2"
  launch_template {
    id      = aws_launch_template.backend.id
    version = "$Latest"
  }
  lifecycle {
    ignore_changes = [target_group_arns] # aws_autoscaling_attachment owns them
  }
}

resource "aws_autoscaling_attachment" "attached" {
  autoscaling_group_name = aws_autoscaling_group.attached.name
  lb_target_group_arn    = aws_lb_target_group.this["tcp-udp"].arn
}

output "groups" {
  value = { for key, group in aws_lb_target_group.this : key => group.arn }
}

output "instances" {
  value = aws_autoscaling_group.backend.desired_capacity
}
