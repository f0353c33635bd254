"""Names as people write them in YAML → one spelling: products, and servers by pattern.

They stand below the inventory and the policy, which both use them.
"""
