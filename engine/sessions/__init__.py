"""Sessions: dates with places and seats, published by an office, chosen by applicants or set by officers."""
