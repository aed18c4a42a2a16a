"""What is written down of every act, and the chain that shows whether it still says what was written."""
