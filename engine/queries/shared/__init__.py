"""What several readers read alike."""
