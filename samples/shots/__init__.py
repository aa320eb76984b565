"""Pictures of every screen, taken with the demo data in a real browser; see `make shots`."""
