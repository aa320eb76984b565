"""Loading a foreign data set: files into staging tables, checked set-wise, then put in by external key."""
