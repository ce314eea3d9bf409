"""What a hospital sets up and says of itself: registration sheets, checks of a deployment, its own codes."""
