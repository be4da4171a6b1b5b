"""Pure estimators and evaluation: scenarios, states, outlook, walk-forward, metrics, bundle."""
