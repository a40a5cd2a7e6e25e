"""The machine: tokens, and what every construct does with them."""
