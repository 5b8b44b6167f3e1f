output "vpc_id" {
  description = "ID of the VPC"
  value       = aws_vpc.network.id
}

output "subnet_ids" {
  description = "Subnet ID of each zone"
  value       = { for zone, subnet in aws_subnet.network : zone => subnet.id }

  # An internet-facing load balancer needs the route to the internet gateway, and must be deleted before it.
  depends_on = [aws_route.network_to_internet, aws_route_table_association.network_routes]
}
