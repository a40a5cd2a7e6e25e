"""What analysts read about services and their versions."""
