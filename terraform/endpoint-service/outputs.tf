output "load_balancer_addresses" {
  description = "Address of the load balancer in each zone: the private address, or the Elastic IP if it is internet-facing"
  value = { for zone, subnet_id in var.subnet_ids : zone => (
    local.internal ? data.aws_network_interface.load_balancer[zone].private_ip :
    local.elastic_ips ? data.aws_eip.load_balancer[zone].public_ip :
    aws_eip.load_balancer[zone].public_ip
  ) }
}

output "load_balancer_dns_name" {
  description = "DNS name of the load balancer, for direct clients"
  value       = aws_lb.load_balancer.dns_name
}

output "load_balancer_security_group_id" {
  description = "ID of the load balancer's security group, which targets must allow"
  value       = aws_security_group.load_balancer.id
}

output "service_id" {
  description = "ID of the endpoint service"
  value       = aws_vpc_endpoint_service.endpoint_service.id
}

output "service_name" {
  description = "Name of the endpoint service, for its consumers"
  value       = aws_vpc_endpoint_service.endpoint_service.service_name

  # A consumer in the same configuration finds the service once it is an allowed principal.
  depends_on = [
    aws_vpc_endpoint_service_allowed_principal.endpoint_service,
    aws_vpc_endpoint_service_private_dns_verification.private_dns,
  ]
}

output "service_zones" {
  description = "Availability Zones of the endpoint service"
  value       = tolist(aws_vpc_endpoint_service.endpoint_service.availability_zones)
}

output "private_dns_name" {
  description = "Private DNS name of the endpoint service"
  value       = one(var.private_dns[*].name)
}

output "private_dns_record" {
  description = "TXT record by which AWS verifies the private DNS name, as `<name>.<domain>` or below a parent of the domain"
  value       = local.private_dns_record
}

output "target_group_arns" {
  description = "ARN of the target group by port of the listener, in which targets can be registered"
  value       = { for port, group in aws_lb_target_group.load_balancer_port : port => group.arn }

  # ECS refuses a service with a target group that no listener forwards to.
  depends_on = [aws_lb_listener.load_balancer_port]
}
