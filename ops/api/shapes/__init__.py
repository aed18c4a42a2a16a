"""What travels: the types of requests and representations, from which the document is made too."""
