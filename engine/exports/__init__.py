"""Files of long lists: asked for on a page, made behind it with the rights of whoever asked, fetched, removed."""
