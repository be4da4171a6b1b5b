"""Compute: where jobs run; the only room that knows of joblib and dask."""
