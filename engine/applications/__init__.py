"""Applications on their way in: drafts, documents, sending, corrections, at home and at the counter."""
