"""What differs between two packages, said one by one: whatever a file may hold is compared, nothing is left silent."""
