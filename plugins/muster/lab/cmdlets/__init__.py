"""The cmdlets that the lab's sessions offer."""
