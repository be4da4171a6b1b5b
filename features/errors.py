"""The one error of this package."""


class FeatureError(ValueError):
    """A feature that is unknown, wrongly declared or returned what it must not."""
