"""The server under the application: how sockets are listened to, written to, bounded and told to move."""
