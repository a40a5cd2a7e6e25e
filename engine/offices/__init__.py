"""The offices, who works there, their hours, and what moves when those change."""
