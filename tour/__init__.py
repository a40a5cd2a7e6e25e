"""The whole story of one licence, driven over real HTTP and told as a timeline (``make tour``)."""
