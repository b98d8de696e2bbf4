"""What people send about cases: checked and read here, never saved."""
