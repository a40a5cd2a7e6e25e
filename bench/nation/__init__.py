"""A nation's worth of cases on PostgreSQL, made from those that the product told itself, and what the product costs
there (``make bench-nation``; docs/performance.md)."""
