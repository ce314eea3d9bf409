"""What the service says of itself to whoever decides about it: source attributes, intended use, limits."""
