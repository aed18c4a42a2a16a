"""The same resources as JSON, for programs: the actions and screens of the pages, under the same rule."""
