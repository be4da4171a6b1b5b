"""Tasks and labels: what outlook, register, tuning, hindcast and audit share."""
