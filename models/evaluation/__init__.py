"""How forecasts are judged: scores, intervals, comparisons, calibration, and who is promoted."""
