"""What makes the dated data files under `resources/facts` from what is installed."""
