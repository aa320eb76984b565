"""What the API shows of recipes and work, and what it can report."""

from production.api import recipes, work

__all__ = ["recipes", "work"]
