"""The dashboard put together: figures of the selectors with their words, ways and drawings, for page and paper."""
