"""What arrives as a file: judged by its content, sealed as it came, and shared only as a clean copy."""
