"""The demo company: a year of plausible history, made by a seeded generator through the services."""
