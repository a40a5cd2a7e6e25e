"""Who somebody is: accounts, and the actor behind an action."""
