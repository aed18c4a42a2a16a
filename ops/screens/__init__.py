"""What one officer may see on one screen, as plain values."""
