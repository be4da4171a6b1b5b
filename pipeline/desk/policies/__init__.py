"""Every policy and yardstick, one a file; writing the file is all it takes."""
