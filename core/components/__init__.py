"""The component page: every part of the interface once, in all its states. Development and tests only."""
