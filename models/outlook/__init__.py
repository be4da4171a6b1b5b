"""Every model and baseline of the outlook, one a file; writing the file is all it takes."""
