"""What the page of one agreement shows, gathered from its facts: its path, its events, its clocks, its trail."""
