"""Questions about the market, by noun: items, doubles, browse, facets, totals, saved."""
