"""A good inventory becomes the environment that it describes."""


