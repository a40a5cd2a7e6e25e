"""What comes out of a case on paper: certificates, and the slip for what was received."""
