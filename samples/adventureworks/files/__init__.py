"""The files that are read, in an order in which every reference points back."""

from samples.adventureworks.files.goods import GOODS
from samples.adventureworks.files.papers import PAPERS
from samples.adventureworks.files.parties import PARTIES

FILES = (*PARTIES, *GOODS, *PAPERS)

__all__ = ["FILES"]
