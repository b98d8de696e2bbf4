"""Who may do what, as a file that can be read (matrix.csv) and that every address is held against."""
