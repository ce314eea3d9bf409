"""What a hospital sets up and says of itself: registration sheets, the check of a deployment, its own codes."""
