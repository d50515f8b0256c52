"""Charts that are painted here: series over local time, and horizontal bars.

chart = TimeChart("limits.tokens", "Tokens left", "tokens", empty="No limits on record yet.")
chart.set_series([Series("gpt-5", "gpt-5", xs, ys, kind="step")], limits=[Limit("limit 200k", 200_000)])
chart.mark_chosen.connect(self._open)          # key of the series, from, until
"""

from playground.widgets.chart.bars import BarChart
from playground.widgets.chart.chart import TimeChart
from playground.widgets.chart.data import Bar, Limit, Moment, Series, Unit

__all__ = ["Bar", "BarChart", "Limit", "Moment", "Series", "TimeChart", "Unit"]
