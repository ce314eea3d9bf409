"""What the service tells whoever runs it: whether it is ready, what it counts, what it traces."""
