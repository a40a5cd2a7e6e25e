"""What applicants read of their own."""
