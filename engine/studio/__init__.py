"""The studio: drafts of service packages that analysts keep, with every save, before they are published."""
