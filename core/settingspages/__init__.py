"""Settings: what administrators keep for everybody. Apps declare their pages in `setuppages.py`."""
