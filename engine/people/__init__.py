"""Who somebody is: accounts, the actor behind an action, and the pages kept for whoever filled them in."""
