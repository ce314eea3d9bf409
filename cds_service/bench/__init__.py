"""What the test bench shows, worked out without Flask; imported in the development profile only."""
