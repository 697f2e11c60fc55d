"""An auto-graded exercise kit for the layers of *Deep Learning from Scratch*."""

__version__ = "0.1.0"
