"""What every room stands on: errors, the outermost handler, progress, dates, processes."""
