"""The main job as a program: a documented fixture in, the figures of every step out."""
