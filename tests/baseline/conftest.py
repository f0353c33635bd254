from kit.offline import offline

__all__ = ["offline"]
