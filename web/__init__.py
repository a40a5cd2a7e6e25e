"""The Flask shell: parse what was sent, ask who it is, call one use case, draw the page."""
