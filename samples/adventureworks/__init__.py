"""AdventureWorks, the bicycle maker: which files are read and what becomes of their rows."""
