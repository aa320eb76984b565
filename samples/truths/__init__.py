"""Figures that others computed from the same files, compared with what the product's own selectors say."""
