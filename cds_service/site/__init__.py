"""What a hospital's integration team sets up: registration sheets, and the check of a live deployment."""
