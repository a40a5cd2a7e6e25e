"""``make attack``: attacks on a running server of this machine, repeated black-box over HTTP, and what held."""
