from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProductionConfig(AppConfig):
    name = "production"
    verbose_name = _("Production")

    def ready(self) -> None:
        """Answer what the apps below ask: where late cost goes, how an order stands, what its goods really cost."""
        from inventory import ports as stock
        from production.selectors import costs, deliveries, stock_sources, thread
        from production.services.settlement import follow_value
        from sales import ports as sales

        stock.value_follows.joined_by(follow_value)
        stock.sources_of.joined_by(stock_sources.own_sources)
        sales.order_thread.joined_by(thread.order_thread)
        sales.material_demands.joined_by(thread.material_demands)
        sales.actual_costs.joined_by(costs.actual_costs)
        sales.delivery_of_lines.answered_by(deliveries.delivery_of_lines)
        sales.delivery_of_order.answered_by(deliveries.delivery_of_order)
