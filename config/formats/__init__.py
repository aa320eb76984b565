"""How dates are written, by language; Django asks these files before its own (FORMAT_MODULE_PATH)."""
