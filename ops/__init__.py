"""The county's officers at work: access, actions, screens, and the doors to them."""
