"""What is in the cabinet: tables, and the database that holds them."""
