"""What officers read at their desks."""
