"""``make bench``: every benchmark of the product, as ratios measured in this run."""

from __future__ import annotations

from bench import officer_step

if __name__ == "__main__":
    officer_step.main()
