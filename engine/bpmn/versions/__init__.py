"""Other versions of a process: what differs, who can go there, what would have happened."""
