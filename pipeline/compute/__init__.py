"""Compute: where jobs run; the only room that knows of worker processes and dask."""
