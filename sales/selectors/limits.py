"""How far a user may go with discounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.actors import Actor
from core.money import ZERO, percent_of
from sales.models import DiscountPolicy


@dataclass(frozen=True)
class Terms:
    """What a limit is held against: the highest line discount and the margin of the whole, both in percent."""

    discount_pct: Decimal
    margin_pct: Decimal

    @classmethod
    def of(cls, *, discounts: Sequence[Decimal], net: Decimal, cost: Decimal) -> Terms:
        return cls(max(discounts, default=ZERO), percent_of(net - cost, net))


@dataclass(frozen=True)
class Limits:
    """The discount policies of a user's roles; one of them has to cover both discount and margin."""

    policies: tuple[DiscountPolicy, ...]
    unlimited: bool = False

    def cover(self, terms: Terms) -> bool:
        """Nobody needs a policy to sell at the listed price, unless his roles name a lowest margin."""
        if self.unlimited or (terms.discount_pct == 0 and not self.policies):
            return True
        return any(
            terms.discount_pct <= policy.max_discount_pct
            and (policy.min_margin_pct is None or terms.margin_pct >= policy.min_margin_pct)
            for policy in self.policies
        )

    @property
    def max_discount_pct(self) -> Decimal:
        return max((policy.max_discount_pct for policy in self.policies), default=ZERO)


def limits_of(user: Actor) -> Limits:
    """The limits of a user (one statement); the system and superusers have none."""
    if user.is_superuser:
        return Limits((), unlimited=True)
    return Limits(tuple(DiscountPolicy.objects.filter(role__assignments__user=user.pk)))
