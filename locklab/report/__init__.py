"""What readers see: reads records, measures nothing."""
