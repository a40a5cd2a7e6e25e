"""Expected dates from what an office has done, and its work played ahead: what would come, and what would come if."""
