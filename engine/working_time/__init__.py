"""Working time and what runs in it: terms, calendars, clocks and the promises of applications."""
